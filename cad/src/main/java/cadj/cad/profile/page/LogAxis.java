package cadj.cad.profile.page;

import java.util.ArrayList;
import java.util.List;

/// A logarithmic axis of a plot.
///
/// @param from pixel of the low end
/// @param to pixel of the high end
record LogAxis(double from, double to, double low, double high) {
  /// With half an order of magnitude of room around the values.
  static LogAxis over(double from, double to, double smallest, double largest) {
    double room = Math.sqrt(10);
    return new LogAxis(from, to, smallest / room, largest * room);
  }

  /// The pixel of a value.
  double at(double value) {
    return from + (to - from) * Math.log(value / low) / Math.log(high / low);
  }

  /// The powers of ten on it.
  List<Double> powers() {
    List<Double> out = new ArrayList<>();
    int last = (int) Math.floor(Math.log10(high));
    for (int exponent = (int) Math.ceil(Math.log10(low)); exponent <= last; exponent++) {
      out.add(Double.parseDouble("1e" + exponent));
    }
    return out;
  }
}
