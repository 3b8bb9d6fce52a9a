package cadj.cad.overlap;

import cadj.cad.chart.ParameterLabel;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// How far attributions of one model agree.
///
/// Top sets are the ⌊share·n⌋ weights with the highest scores, or the lowest, without those of the
/// wrong sign: of each layer (parameter) among its own weights, and of the whole model. Ranks are
/// those of all scores, signs included.
///
/// @param files two or more
/// @param notes what differs between them and may be why
/// @param whole of the model
/// @param layers of each parameter, in the model's order
public record Overlap(
    List<Scored> files, List<String> notes, Agreement whole, List<Agreement> layers) {
  /// Shares of the weights that are on top.
  public static final List<Double> SHARES = List.of(0.001, 0.01, 0.05);

  /// An attribution.
  ///
  /// @param name of its file
  /// @param concept as it says; empty if it does not
  public record Scored(String name, String concept) {}

  /// Two of the files, by number.
  public record Pair(int a, int b) {}

  /// A share of the weights at one end.
  public record Top(double share, Sign sign) {}

  /// How far the pairs agree in one place.
  ///
  /// @param name of the parameter; empty for the whole model
  /// @param weights that there are
  /// @param ranked of these, at which ranks were compared: all, or a sample ([SampledPlaces])
  /// @param sets of each pair
  /// @param rho Spearman's of each pair; NaN where a file's scores there are all the same, or fewer
  ///   than three
  public record Agreement(
      String name,
      long weights,
      long ranked,
      Map<Pair, Map<Top, SetOverlap>> sets,
      Map<Pair, Double> rho) {}

  /// The layers in the order in which data meet their blocks.
  List<Agreement> byDepth() {
    return layers.stream()
        .sorted(Comparator.comparingInt(layer -> ParameterLabel.of(layer.name()).depth()))
        .toList();
  }

  /// All pairs, in order.
  public List<Pair> pairs() {
    return List.copyOf(whole.sets().keySet());
  }
}
