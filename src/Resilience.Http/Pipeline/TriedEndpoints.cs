namespace Resilience.Http.Pipeline;

/// <summary>The endpoints that the sends of a call have gone to. A later send, a retry or a hedge, avoids them.</summary>
internal sealed class TriedEndpoints
{
    private readonly List<object> _tried = [];

    public int Count => _tried.Count;

    /// <returns>Whether the call was not sent there before.</returns>
    public bool Add(object endpoint)
    {
        var added = !_tried.Contains(endpoint);
        if (added)
        {
            _tried.Add(endpoint);
        }

        return added;
    }

    public void Remove(object endpoint) => _tried.Remove(endpoint);

    public bool Contains(object endpoint) => _tried.Contains(endpoint);

    public void Clear() => _tried.Clear();
}
