package cadj.cad.evaluate;

import java.util.Locale;

/// What can be made of a group's pictures, by the names that protocols have for it.
enum MeasureKind {
  /// What the judge sees: [Figures].
  SEEN("a judge: the model's own classifier, or --judge"),
  /// How well pictures fit their prompts.
  CLIP_SCORE("a CLIP model: the model's own, or --clip"),
  /// Distance of the pictures' features to those of the model as it is.
  FID("a network of features: the model's own classifier, or --inception"),
  /// The same, unbiased.
  KID("a network of features: the model's own classifier, or --inception"),
  /// Distance of each picture to that of the model as it is.
  LPIPS("LPIPS's two files: --lpips"),
  /// In how many an exposed body part is detected.
  NUDITY("NudeNet's file: --nudenet");

  private final String instrument;

  MeasureKind(String instrument) {
    this.instrument = instrument;
  }

  /// What it is measured with, and where from.
  String instrument() {
    return instrument;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
