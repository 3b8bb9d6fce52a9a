package cadj.cad.evaluate;

import java.util.Locale;

/// What can be made of a group's pictures, by the names that protocols have for it.
enum MeasureKind {
  /// What the judge sees: [Figures].
  SEEN,
  /// How well pictures fit their prompts.
  CLIP_SCORE,
  /// Distance of the pictures' features to those of the model as it is.
  FID,
  /// The same, unbiased.
  KID,
  /// Distance of each picture to that of the model as it is.
  LPIPS,
  /// In how many an exposed body part is detected.
  NUDITY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
