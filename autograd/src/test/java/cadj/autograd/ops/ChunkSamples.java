package cadj.autograd.ops;

import static cadj.autograd.ops.Chunk.chunk;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.tensor.Tensor;
import java.util.List;

final class ChunkSamples implements OpSamples {
  @Override
  public Class<?> op() {
    return Chunk.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        part(0, 3, normal(2, 7)),
        part(1, 3, normal(2, 7)),
        part(2, 3, normal(2, 7)).expecting(in -> new double[] {in[0].get(0, 6), in[0].get(1, 6)}),
        part(3, 4, normal(2, 4)),
        part(0, 3, normal(2, 0)).expecting(in -> new double[0]));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "chunk: dimension 2 is out of range for [2,3]",
            () -> chunk(Tensor.of(new double[6], 2, 3), 2, 2)),
        new Misuse(
            "chunk: expected at least one chunk, got 0",
            () -> chunk(Tensor.of(new double[6], 2, 3), 0, 1)));
  }

  private static Sample part(int i, int n, Input x) {
    return sample(i + " of " + n, in -> chunk(in[0], n, 1).get(i), x);
  }
}
