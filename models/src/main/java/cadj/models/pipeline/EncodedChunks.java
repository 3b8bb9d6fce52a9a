package cadj.models.pipeline;

import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Div.div;
import static cadj.autograd.ops.Mean.mean;
import static cadj.autograd.ops.Mul.mul;
import static java.util.Objects.requireNonNull;

import cadj.models.clip.ClipTextModel;
import cadj.models.clip.ClipTextOutput;
import cadj.models.prompt.Chunk;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Prompts as one text encoder sees them, chunk by chunk, one behind the other.
///
/// Weights multiply the embeddings of their tokens, and the mean of the chunk's embeddings is put
/// back to what it was, as AUTOMATIC1111's web interface does ("original" emphasis); there over the
/// batch, here for each prompt, so that a picture does not depend on the others drawn with it:
///
/// ```
/// z [T,hidden]:   w·z·mean(z)/mean(w·z)
/// ```
final class EncodedChunks {
  private final List<Tensor> weights = new ArrayList<>();
  private final List<Boolean> isWeighted = new ArrayList<>();
  private final List<ClipTextOutput> outputs = new ArrayList<>();

  /// @param prompts the chunks of each
  /// @param count chunks that all get: those of an empty prompt follow where there are fewer
  EncodedChunks(
      ClipTokenizer tokenizer, ClipTextModel encoder, List<List<Chunk>> prompts, int count) {
    int n = prompts.size();
    int length = tokenizer.maxLength();
    for (int i = 0; i < count; i++) {
      long[] ids = new long[n * length];
      float[] factors = new float[n * length];
      boolean any = false;
      for (int k = 0; k < n; k++) {
        List<Chunk> prompt = prompts.get(k);
        Chunk chunk = i < prompt.size() ? prompt.get(i) : Chunk.EMPTY;
        System.arraycopy(tokenizer.framed(chunk.tokens(), length), 0, ids, k * length, length);
        System.arraycopy(chunk.weights(length), 0, factors, k * length, length);
        any |= chunk.isWeighted();
      }
      outputs.add(encoder.forward(Tensor.of(ids, n, length)));
      weights.add(Tensor.of(factors, n, length, 1));
      isWeighted.add(any);
    }
  }

  /// Last hidden states [N,count·T,hidden].
  Tensor last() {
    return joined(ClipTextOutput::lastHiddenState);
  }

  /// Last but one hidden states, without the final LayerNorm.
  Tensor lastButOne() {
    return joined(output -> output.hiddenStates().get(output.hiddenStates().size() - 2));
  }

  /// The projected vector of the first chunk.
  Tensor pooled() {
    return requireNonNull(outputs.getFirst().textEmbeds());
  }

  private Tensor joined(Function<ClipTextOutput, Tensor> states) {
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Tensor z = states.apply(outputs.get(i));
      all.add(isWeighted.get(i) ? weighted(z, weights.get(i)) : z);
    }
    return all.size() == 1 ? all.getFirst() : cat(1, all.toArray(Tensor[]::new));
  }

  private static Tensor weighted(Tensor z, Tensor weights) {
    Tensor weighted = mul(z, weights);
    return mul(weighted, div(mean(z, true, 1, 2), mean(weighted, true, 1, 2)));
  }
}
