package cadj.cad.method.smallest;

import static cadj.tensor.shape.Require.require;

/// What an edit must do.
///
/// @param gone largest share of the targets' pictures that may still show the concept
/// @param keep smallest share of what the unedited model has right that must be left
public record Requirement(double gone, double keep) {
  public Requirement {
    require(gone >= 0 && gone < 1, "gone: expected 0 to below 1, got %s", gone);
    require(keep > 0 && keep <= 1, "keep: expected above 0 to 1, got %s", keep);
  }

  boolean holds(double target, double kept) {
    return target <= gone && kept >= keep;
  }

  /// How far it is from holding; 0 where it holds.
  double missing(double target, double kept) {
    return Math.max(0, target - gone) + Math.max(0, keep - kept);
  }
}
