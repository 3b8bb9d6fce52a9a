package cadj.cad.trace;

import java.util.Locale;

/// By what an effect is measured.
public enum Measure {
  /// The judge's probability that the picture shows the concept.
  PROBABILITY("probability"),
  /// Whether the judge sees the concept, 0 or 1: the mean is a share of pictures.
  SEEN("seen"),
  /// 100·cos of picture and prompt by CLIP.
  CLIP("clip score"),
  /// The erase objective ‖o − u‖² along the clean run's trajectory, as a share of the concept's.
  OBJECTIVE("objective"),
  /// ⟨o − u, c − u⟩/‖c − u‖² there: how much of what the concept adds, whatever else changes.
  PROJECTION("projection");

  private final String title;

  Measure(String title) {
    this.title = title;
  }

  /// For people.
  public String title() {
    return title;
  }

  /// Whether pictures are measured, else predictions.
  public boolean isOfPictures() {
    return switch (this) {
      case PROBABILITY, SEEN, CLIP -> true;
      case OBJECTIVE, PROJECTION -> false;
    };
  }

  /// As files name it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
