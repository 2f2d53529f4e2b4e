namespace Resilience.Http.Fleet.Redis;

/// <summary>
/// The two scripts. They read the server's clock, and all their keys are given to them, so they run on one node of a cluster. Run twice,
/// or late, they do no harm: memberships end at absolute times, and a write needs the version that the writer knew.
/// </summary>
internal static class FleetScripts
{
    /// <summary>
    /// KEYS: the sets, then the records. ARGV: the member, the number of sets, and for each set the end of the membership, or nothing to
    /// leave it as it is. The answer: the time; the size of each set; version and value of each record, or two empty texts.
    /// </summary>
    public const string Sync =
        """
        local clock = redis.call('TIME')
        local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
        local sets = tonumber(ARGV[2])
        local answer = { string.format('%.0f', now) }
        for i = 1, sets do
          local ends = ARGV[2 + i]
          if ends ~= '' then
            local left = tonumber(ends) - now
            if left > 0 then
              redis.call('ZADD', KEYS[i], ends, ARGV[1])
              if redis.call('PTTL', KEYS[i]) < left then
                redis.call('PEXPIRE', KEYS[i], string.format('%.0f', left + 60000))
              end
            else
              redis.call('ZREM', KEYS[i], ARGV[1])
            end
          end
          redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', answer[1])
          answer[#answer + 1] = redis.call('ZCARD', KEYS[i])
        end
        for i = sets + 1, #KEYS do
          local record = redis.call('HMGET', KEYS[i], 'v', 'd')
          answer[#answer + 1] = record[1] or ''
          answer[#answer + 1] = record[2] or ''
        end
        return answer
        """;

    /// <summary>
    /// KEYS: the record. ARGV: the version that is expected, the value, when it expires, and the time after which nothing is written. The
    /// answer: 1 or 0; the time; version and value as they are now, or two empty texts.
    /// </summary>
    public const string Write =
        """
        local clock = redis.call('TIME')
        local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
        local record = redis.call('HMGET', KEYS[1], 'v', 'd')
        local version = record[1] or '0'
        local time = string.format('%.0f', now)
        if version ~= ARGV[1] or now > tonumber(ARGV[4]) then
          return { 0, time, record[1] or '', record[2] or '' }
        end
        local next = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
        if next <= tonumber(version) then
          next = tonumber(version) + 1
        end
        local text = string.format('%.0f', next)
        redis.call('HSET', KEYS[1], 'v', text, 'd', ARGV[2])
        redis.call('PEXPIREAT', KEYS[1], ARGV[3])
        if tonumber(ARGV[3]) <= now then
          return { 1, time, '', '' }
        end
        return { 1, time, text, ARGV[2] }
        """;
}
