package cadj.models.denoiser;

import static cadj.autograd.ops.Expand.expand;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.ops.Cat;
import cadj.kernels.device.Device;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Conditioning inputs of a denoiser: text embeddings, pooled text, time ids.
///
/// @param text encoder_hidden_states [N,S,crossAttentionDim]
/// @param pooled the pooled text embedding [N,P] of XL and of Stable Diffusion 3, else null
/// @param timeIds XL's six sizes [N,6]: original h, w, crop top, left, target h, w; else null. They
///   lie on the host, which embeds them.
public record Conditioning(Tensor text, @Nullable Tensor pooled, @Nullable Tensor timeIds)
    implements Scope.Holder {
  public Conditioning {
    require(timeIds == null || pooled != null, "conditioning: time ids come with pooled text");
    timeIds = timeIds == null ? null : timeIds.cpu();
  }

  public static Conditioning of(Tensor text) {
    return new Conditioning(text, null, null);
  }

  public int batch() {
    return text.dim(0);
  }

  /// Samples `from` (inclusive) to `to` (exclusive).
  public Conditioning samples(int from, int to) {
    return new Conditioning(
        text.slice(0, from, to),
        pooled == null ? null : pooled.slice(0, from, to),
        timeIds == null ? null : timeIds.slice(0, from, to));
  }

  /// These samples, then those of `other`.
  public Conditioning then(Conditioning other) {
    return new Conditioning(
        Cat.cat(0, text, other.text),
        pooled == null || other.pooled == null ? null : Cat.cat(0, pooled, other.pooled),
        timeIds == null || other.timeIds == null ? null : onHost(timeIds, other.timeIds));
  }

  private static Tensor onHost(Tensor a, Tensor b) {
    return Device.with(Device.host(), () -> Cat.cat(0, a, b));
  }

  /// One sample `n` times.
  public Conditioning repeated(int n) {
    require(batch() == 1, "conditioning: expected one sample to repeat, got %d", batch());
    return new Conditioning(
        expand(text, n, text.dim(1), text.dim(2)),
        pooled == null ? null : expand(pooled, n, pooled.dim(1)),
        timeIds == null ? null : timeIds.expand(Shape.of(n, timeIds.dim(1))));
  }

  /// The same with other text embeddings.
  public Conditioning withText(Tensor other) {
    return new Conditioning(other, pooled, timeIds);
  }

  /// Whether all values are equal.
  public boolean sameAs(Conditioning other) {
    return same(text, other.text) && same(pooled, other.pooled) && same(timeIds, other.timeIds);
  }

  private static boolean same(@Nullable Tensor a, @Nullable Tensor b) {
    if (a == null || b == null) {
      return a == b;
    }
    return a.shape().equals(b.shape()) && Arrays.equals(a.toFloats(), b.toFloats());
  }

  @Override
  public Iterable<Storage> storages() {
    return Stream.of(text, pooled, timeIds).filter(Objects::nonNull).map(Tensor::storage).toList();
  }
}
