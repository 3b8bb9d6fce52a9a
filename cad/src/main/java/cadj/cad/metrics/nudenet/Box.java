package cadj.cad.metrics.nudenet;

/// A rectangle.
record Box(double left, double top, double width, double height) {
  /// The share of common area in the area of both, as OpenCV's `rectOverlap` computes it: in single
  /// precision, and 1 for two empty ones.
  float overlap(Box other) {
    double areas = area() + other.area();
    if (areas <= Math.ulp(1.0)) {
      return 1;
    }
    double common = common(other);
    return 1 - (float) (1 - common / (areas - common));
  }

  private double area() {
    return width * height;
  }

  private double common(Box other) {
    double w = Math.min(left + width, other.left + other.width) - Math.max(left, other.left);
    double h = Math.min(top + height, other.top + other.height) - Math.max(top, other.top);
    return w > 0 && h > 0 ? w * h : 0;
  }
}
