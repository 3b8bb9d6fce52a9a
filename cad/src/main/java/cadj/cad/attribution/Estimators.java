package cadj.cad.attribution;

import java.util.List;
import java.util.stream.Collectors;

/// The catalogue of estimators.
public final class Estimators {
  public static final List<Estimator> ALL = List.of(new FirstOrder());

  private Estimators() {}

  /// The estimator of that name.
  ///
  /// @throws IllegalArgumentException that lists those there are
  public static Estimator named(String name) {
    return ALL.stream()
        .filter(estimator -> estimator.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "estimator: expected %s, got %s".formatted(names(), name)));
  }

  /// All names, for messages.
  static String names() {
    return ALL.stream().map(Estimator::name).collect(Collectors.joining(" or "));
  }
}
