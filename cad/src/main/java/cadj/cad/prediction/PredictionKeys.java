package cadj.cad.prediction;

/// Names in what a ledger says of predictions. Ledgers that are there have them, so they keep their
/// text.
public final class PredictionKeys {
  public static final String CONCEPT = "concept";
  public static final String SETTINGS = "settings";
  public static final String OBJECTIVE = "objective";
  public static final String ROWS = "rows";

  // a row
  public static final String ESTIMATOR = "estimator";
  public static final String GROUP = "group";
  public static final String TRUTH = "truth";
  public static final String NOISE = "noise";
  public static final String COST = "cost";
  public static final String SETS = "sets";
  public static final String PEARSON = "pearson";
  public static final String SPEARMAN = "spearman";
  public static final String SLOPE = "slope";
  public static final String MEAN_RATIO = "mean_ratio";
  public static final String BIAS = "bias";
  public static final String MEAN_TRUE = "mean_true";
  public static final String SIGNS_RIGHT = "signs_right";

  /// Pairs of a set's predicted and true change.
  public static final String POINTS = "points";

  public static final String SIZES = "sizes";

  // a figure of a row
  public static final String VALUE = "value";
  public static final String LOW = "low";
  public static final String HIGH = "high";

  private PredictionKeys() {}
}
