package cadj.models.t5;

import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Reshape.reshape;

import cadj.autograd.nn.Embedding;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// What a head adds to the score of a key by its distance from the query: one learned number for
/// each bucket of distances, finer near by than far off.
///
/// ```
/// d = |key − query|,  n = buckets/2,  e = n/2
///
/// bucket = (key > query ? n : 0) + (d < e ? d : min(n − 1, e + ⌊ln(d/e)/ln(maxDistance/e)·(n − e)⌋))
/// ```
final class RelativePositionBias {
  private final T5Config config;
  private final Embedding relativeAttentionBias;

  RelativePositionBias(Weights attention, T5Config config) {
    this.config = config;
    relativeAttentionBias =
        new Embedding(attention.at("relative_attention_bias"), config.numBuckets(), config.heads());
  }

  /// For texts of `length` tokens: [1,heads,length,length], queries before keys.
  Tensor forward(int length) {
    long[] buckets = new long[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        buckets[query * length + key] = bucket(config, key - query);
      }
    }
    return Scope.keep(
        "position bias",
        () -> {
          Tensor perPair = relativeAttentionBias.forward(Tensor.of(buckets, length, length));
          return reshape(permute(perPair, 2, 0, 1), 1, config.heads(), length, length);
        });
  }

  /// In single precision, which decides where buckets begin.
  ///
  /// @param relative position of the key, less that of the query
  static int bucket(T5Config config, int relative) {
    int perSign = config.numBuckets() / 2;
    int exact = config.exactBuckets();
    int sign = relative > 0 ? perSign : 0;
    int distance = Math.abs(relative);
    if (distance < exact) {
      return sign + distance;
    }
    float log = (float) Math.log((float) distance / exact);
    float most = (float) Math.log((double) config.maxDistance() / exact);
    int further = (int) (log / most * (perSign - exact));
    return sign + Math.min(exact + further, perSign - 1);
  }
}
