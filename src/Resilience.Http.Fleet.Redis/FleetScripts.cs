namespace Resilience.Http.Fleet.Redis;

/// <summary>
/// The scripts. They read the server's clock, and all their keys are given to them, so they run on one node of a cluster. Run twice,
/// or late, they do no harm: memberships end at absolute times, a write needs the version that the writer knew, and
/// what was granted stays counted.
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

    /// <summary>
    /// The steps of <see cref="FleetGrantRequest"/>. KEYS: the quota, a hash of what was granted by window, and p, u and s: the lowest
    /// quota, until when it holds, and the last window in which a request was not met. ARGV: permits, burst, length of a window, windows of
    /// a period, 1 if the replica had an answer before, the time after which nothing is granted, and what is wanted for each window. The
    /// answer: the time; the current window; the next window that may have more; what was granted for each window.
    /// </summary>
    public const string Grant =
        """
        local clock = redis.call('TIME')
        local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
        local asked, burst, length, windows = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local current = math.floor(now / length)
        local first = string.format('%.0f', current)
        local answer = { string.format('%.0f', now), first, first }
        local late = now > tonumber(ARGV[6])
        local granted, newest, permits, holds, short = {}, current, 0, 0, -1
        if not late then
          local known = redis.call('HGETALL', KEYS[1])
          local lost = false
          for i = 1, #known, 2 do
            local field, value = known[i], tonumber(known[i + 1])
            if field == 'p' then permits = value
            elseif field == 'u' then holds = value
            elseif field == 's' then short = value
            elseif tonumber(field) < current - windows then redis.call('HDEL', KEYS[1], field)
            elseif tonumber(field) > current + windows then
              redis.call('HDEL', KEYS[1], field)
              lost = true
            else
              granted[tonumber(field)] = value
              newest = math.max(newest, tonumber(field))
            end
          end
          if lost or (permits == 0 and ARGV[5] == '1') then
            granted[current] = asked
            redis.call('HSET', KEYS[1], first, ARGV[1])
          end
          local later = now + 2 * windows * length
          if permits == 0 or asked <= permits or now >= holds or holds > later then
            permits = asked
            redis.call('HSET', KEYS[1], 'p', ARGV[1], 'u', string.format('%.0f', later))
          end
        end
        local function sum(from, to)
          local all = 0
          for window = from, to do all = all + (granted[window] or 0) end
          return all
        end
        local function free(window)
          local most = 0
          for from = window - windows, math.max(window, newest) - windows do most = math.max(most, sum(from, from + windows)) end
          return permits - most
        end
        local pace = math.ceil(permits / windows)
        local isShort = short >= current - windows and short <= current
        local missing = 0
        for i = 7, #ARGV do
          local window, give = current + i - 7, 0
          if not late then
            missing = missing + tonumber(ARGV[i])
            local most = pace
            if not isShort then most = math.max(pace, burst - sum(window - windows, window - 1)) end
            give = math.max(0, math.min(missing, free(window), most - (granted[window] or 0)))
            missing = missing - give
            if give > 0 then
              granted[window] = (granted[window] or 0) + give
              newest = math.max(newest, window)
              redis.call('HSET', KEYS[1], string.format('%.0f', window), string.format('%.0f', granted[window]))
            end
          end
          answer[#answer + 1] = give
        end
        if late then return answer end
        if missing > 0 then
          redis.call('HSET', KEYS[1], 's', first)
          local last = current + #ARGV - 7
          local nextOne = last + 1
          if free(last) <= 0 then
            local oldest = last - windows
            while oldest < newest and not granted[oldest] do oldest = oldest + 1 end
            nextOne = oldest + windows + 1
          end
          answer[3] = string.format('%.0f', nextOne)
        end
        redis.call('PEXPIRE', KEYS[1], string.format('%.0f', (3 * windows + #ARGV) * length))
        return answer
        """;
}
