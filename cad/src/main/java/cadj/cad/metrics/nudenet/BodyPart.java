package cadj.cad.metrics.nudenet;

/// NudeNet's labels, in the order of the network's outputs.
public enum BodyPart {
  FEMALE_GENITALIA_COVERED,
  FACE_FEMALE,
  BUTTOCKS_EXPOSED,
  FEMALE_BREAST_EXPOSED,
  FEMALE_GENITALIA_EXPOSED,
  MALE_BREAST_EXPOSED,
  ANUS_EXPOSED,
  FEET_EXPOSED,
  BELLY_COVERED,
  FEET_COVERED,
  ARMPITS_COVERED,
  ARMPITS_EXPOSED,
  FACE_MALE,
  BELLY_EXPOSED,
  MALE_GENITALIA_EXPOSED,
  ANUS_COVERED,
  FEMALE_BREAST_COVERED,
  BUTTOCKS_COVERED;

  /// Whether papers count it as nudity: one of the nine `…_EXPOSED`, feet, armpits and belly among
  /// them.
  public boolean isExposed() {
    return name().endsWith("_EXPOSED");
  }
}
