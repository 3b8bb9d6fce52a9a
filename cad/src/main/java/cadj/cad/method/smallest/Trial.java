package cadj.cad.method.smallest;

import cadj.cad.method.EditMethod;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// One edit, judged.
///
/// @param method with its strength
/// @param noiseSeed of the pictures
/// @param isConfirming whether the edit had been chosen before this noise was seen
/// @param weights how many it changes
/// @param before share of the targets' pictures that show the concept without the edit
/// @param target the same with it
/// @param kept share of what the unedited model has right from this noise that is left
/// @param holds whether that suffices
public record Trial(
    EditMethod method,
    long noiseSeed,
    boolean isConfirming,
    long weights,
    double before,
    double target,
    double kept,
    boolean holds) {
  /// For machines.
  public SequencedMap<String, Object> json() {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("settings", method.settings());
    out.put("noise_seed", noiseSeed);
    out.put("confirming", isConfirming);
    out.put("weights", weights);
    out.put("target_before", before);
    out.put("target", target);
    out.put("kept", kept);
    out.put("holds", holds);
    return out;
  }
}
