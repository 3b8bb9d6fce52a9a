package cadj.models;

import cadj.tensor.Tensor;
import cadj.tensor.json.JsonList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Weights by formula, so that networks of true size need no files:
///
/// ```
/// wᵢ = fl(fl(scale·u) + shift),   u = (k − 2²³)·2⁻²³,   k = splitmix64(seed, i) >>> 40
/// ```
///
/// in single precision. Recordings list them as `[name, shape, seed, scale, shift]`.
public final class FormulaWeights {
  private static final int HALF = 1 << 23;

  private FormulaWeights() {}

  /// The tensors of a recording's list, by name.
  public static SequencedMap<String, Tensor> of(JsonList list) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      JsonList entry = list.get(i).list();
      out.put(
          entry.get(0).string(),
          tensor(
              entry.get(2).longInteger(),
              (float) entry.get(3).number(),
              (float) entry.get(4).number(),
              entry.get(1).list().integers()));
    }
    return out;
  }

  /// A tensor of that shape.
  public static Tensor tensor(long seed, float scale, float shift, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      float u = ((splitmix64(seed, i) >>> 40) - HALF) * 0x1p-23f;
      values[i] = scale * u + shift;
    }
    return Tensor.of(values, dims);
  }

  /// The `i`-th output, from 0, of Steele, Lea & Flood's SplitMix64 (2014).
  public static long splitmix64(long seed, long i) {
    long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
