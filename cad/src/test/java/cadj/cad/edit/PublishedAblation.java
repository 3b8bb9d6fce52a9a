package cadj.cad.edit;

import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Ratio;
import cadj.cad.edit.Ablation.Which;
import cadj.tensor.json.JsonObject;
import java.util.Locale;

/// How the golden files write down an ablation and its mask.
public final class PublishedAblation {
  private PublishedAblation() {}

  /// The ablation of one case.
  public static Ablation of(JsonObject entry) {
    return new Ablation(
        Which.valueOf(entry.string("ablate_type").toUpperCase(Locale.ROOT)),
        entry.bool("flatten") ? Per.MATRIX : Per.ROW,
        new Ratio(entry.number("ratio")));
  }

  /// Which weights a mask keeps: bits packed row-major, first weight in the highest bit, 1 = kept;
  /// may end with bits that belong to no weight.
  public static boolean[] kept(long[] packed) {
    boolean[] out = new boolean[packed.length * 8];
    for (int i = 0; i < out.length; i++) {
      out[i] = ((packed[i / 8] >> (7 - i % 8)) & 1) == 1;
    }
    return out;
  }
}
