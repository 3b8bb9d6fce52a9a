package cadj.models.preprocess;

/// Where a piece from the middle begins if what is left over is odd.
public enum CenterCrop {
  /// transformers: ⌊(n − crop)/2⌋
  FLOOR,
  /// torchvision: (n − crop)/2, halves to even
  HALF_EVEN;

  /// @param n the whole side, at least `crop`
  int offset(int n, int crop) {
    return switch (this) {
      case FLOOR -> (n - crop) / 2;
      case HALF_EVEN -> (int) Math.rint((n - crop) / 2.0);
    };
  }
}
