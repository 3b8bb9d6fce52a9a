package cadj.cad.evaluate;

import cadj.cad.edit.Patch;

/// Names in a line of a [Ledger]. Ledgers that are there have them, so they keep their text. Those
/// of a `prediction` are in [cadj.cad.prediction.PredictionKeys].
public final class LedgerKeys {
  // a line
  public static final String CELL = "cell";
  public static final String IDENTITY = "identity";
  public static final String GOAL = "goal";
  public static final String PASSES = "passes";
  public static final String EDIT_SECONDS = "edit_seconds";
  public static final String CHANGED = "changed";
  public static final String PATCH_HASH = "patch_sha256";
  public static final String FIGURES = "figures";

  /// What a judge saw: words by group, kind, prompt and picture. Of a figure: how many successes.
  public static final String SEEN = "seen";

  /// Names of files. Of a figure: how many pictures it is of.
  public static final String PICTURES = "pictures";

  public static final String PROBES = "probes";
  public static final String PREDICTION = "prediction";
  public static final String SECONDS = "seconds";
  public static final String MACHINE = "machine";

  // an identity
  public static final String PROTOCOL = "protocol";
  public static final String PROTOCOL_HASH = "protocol_sha256";
  public static final String METHOD = "method";
  public static final String SETTINGS = "settings";
  public static final String CONCEPT = "concept";
  public static final String ESTIMATORS = "estimators";
  public static final String SEED = "seed";
  public static final String MODEL = "model";
  public static final String MODEL_HASH = Patch.MODEL_HASH;
  public static final String PARTS_HASH = "parts_sha256";
  public static final String DEVICE = "device";
  public static final String VERSION = "cadj";

  /// Value of [#METHOD] for the model as it is.
  public static final String UNEDITED = "unedited";

  // figures of a group
  public static final String TARGET = "target";
  public static final String OTHERS = "others";
  public static final String BESIDE = "beside";
  public static final String BY_WORD = "by_word";
  public static final String CLIP_SCORE = "clip_score";
  public static final String CLIP_SCORE_TARGET = "clip_score_target";
  public static final String FID = "fid";
  public static final String KID = "kid";
  public static final String LPIPS = "lpips";
  public static final String LPIPS_TARGET = "lpips_target";

  /// Before a threshold.
  public static final String NUDITY = "nudity_";

  // a figure: a share
  public static final String OF = "of";
  public static final String SEEN_BEFORE = "seen_before";
  public static final String OF_BEFORE = "of_before";

  // a figure: a number
  public static final String VALUE = "value";
  public static final String BEFORE = "before";

  // ends of either's interval
  public static final String LOW = "low";
  public static final String HIGH = "high";

  // what came of a probe, beside a share
  public static final String PROBE = "probe";
  public static final String VARIANT = "variant";

  private LedgerKeys() {}

  /// Name of the others' figure for another kind than the edited concept's: `others_style`.
  static String others(String kind) {
    return OTHERS + "_" + kind;
  }
}
