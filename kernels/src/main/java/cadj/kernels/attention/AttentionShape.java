package cadj.kernels.attention;

/// Sizes of one attention: batch, heads, number of queries and keys, size of a head, score scale,
/// causal mask or none.
public record AttentionShape(
    int batch, int heads, int queries, int keys, int dim, float scale, boolean causal) {}
