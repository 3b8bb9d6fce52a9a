package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Permute.transpose;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

final class PermuteSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Permute.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("matrix", in -> permute(in[0], 1, 0), normal(2, 3))
            .expecting(in -> transposed(in[0])),
        sample("transpose", in -> transpose(in[0], -1, 0), normal(2, 3))
            .expecting(in -> transposed(in[0])),
        sample("transpose of one dimension", in -> transpose(in[0], 1, 1), normal(2, 3))
            .expecting(in -> in[0].toDoubles()),
        sample("rotation", in -> permute(in[0], 2, 0, 1), normal(2, 3, 4)),
        sample("from the end", in -> permute(in[0], 0, -2, -1, 1), normal(2, 3, 2, 2)),
        sample("empty", in -> permute(in[0], 1, 0), normal(0, 3)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "permute: [0, 0] is no order of the dimensions of [2,3]",
            () -> permute(Tensor.of(new double[6], 2, 3), 0, 0)),
        new Misuse(
            "permute: dimension 2 is out of range for [2,3]",
            () -> permute(Tensor.of(new double[6], 2, 3), 0, 2)),
        new Misuse(
            "transpose: dimension 2 is out of range for [2,3]",
            () -> transpose(Tensor.of(new double[6], 2, 3), 0, 2)));
  }

  private static double[] transposed(Tensor x) {
    int rows = x.dim(0);
    int cols = x.dim(1);
    return IntStream.range(0, rows * cols).mapToDouble(i -> x.get(i % rows, i / rows)).toArray();
  }
}
