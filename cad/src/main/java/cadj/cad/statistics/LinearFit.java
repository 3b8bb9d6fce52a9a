package cadj.cad.statistics;

import static cadj.cad.statistics.Sample.centred;
import static cadj.cad.statistics.Sample.dot;
import static cadj.cad.statistics.Sample.mean;

/// Least squares of y on x: y ≈ intercept + slope·x.
///
/// For predictions, x is what was predicted and y what came true; then slope 1 and intercept 0 say
/// that predictions can be taken at their word.
///
/// @param slope NaN where x is constant
public record LinearFit(double slope, double intercept) {
  public static LinearFit withIntercept(double[] x, double[] y) {
    Sample.requirePairs("linear fit", x, y, 2);
    double[] cx = centred(x);
    double slope = dot(cx, centred(y)) / dot(cx, cx);
    return new LinearFit(slope, mean(y) - slope * mean(x));
  }

  /// Least squares with the intercept held at 0.
  public static LinearFit throughOrigin(double[] x, double[] y) {
    Sample.requirePairs("linear fit", x, y, 1);
    return new LinearFit(dot(x, y) / dot(x, x), 0);
  }
}
