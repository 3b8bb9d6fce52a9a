package cadj.cad.attribution;

import java.util.List;
import java.util.stream.Collectors;

/// The catalogue of estimators, each with its recommended settings.
public final class Estimators {
  public static final List<Estimator> ALL =
      List.of(
          new FirstOrder(),
          new Shrunk(0.05),
          new MeanPoint(0.05, 2),
          new IntegratedGradients(1, 8),
          new SetMidpoint(0.03, 1),
          new RandomAblations(0.05, 4));

  private Estimators() {}

  /// What is used unless another is asked for: in reference mode the published code's.
  public static Estimator standard(Mode mode) {
    return switch (mode) {
      case CORRECTED -> new MeanPoint(0.05, 2);
      case REFERENCE -> new FirstOrder();
    };
  }

  /// The estimator of that name, settings left out being the recommended ones: `mean-point`,
  /// `mean-point:p=0.01`.
  ///
  /// @throws IllegalArgumentException that lists those there are, or names the wrong setting
  public static Estimator named(String name) {
    int colon = name.indexOf(':');
    String kind = colon < 0 ? name : name.substring(0, colon);
    Estimator found =
        ALL.stream()
            .filter(estimator -> estimator.kind().equals(kind))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "estimator: expected %s, got %s".formatted(names(), name)));
    return colon < 0
        ? found
        : found.with(
            EstimatorOptions.parse(kind, name.substring(colon + 1)).only(found.settings()));
  }

  /// All names, for messages.
  static String names() {
    return ALL.stream().map(Estimator::name).collect(Collectors.joining(" or "));
  }
}
