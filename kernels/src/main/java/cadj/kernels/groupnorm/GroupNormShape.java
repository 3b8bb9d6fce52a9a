package cadj.kernels.groupnorm;

/// Sizes of one group normalisation: images, pixels of one, channels, groups that divide them.
///
/// @param eps added to the variance
/// @param silu whether y goes through SiLU, z·sigmoid(z), at once
public record GroupNormShape(int n, int hw, int c, int groups, float eps, boolean silu) {
  int elements() {
    return n * hw * c;
  }

  /// Channels of a group.
  int width() {
    return c / groups;
  }
}
