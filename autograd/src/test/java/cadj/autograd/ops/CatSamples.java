package cadj.autograd.ops;

import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

final class CatSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Cat.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("rows", in -> cat(0, in), normal(2, 3), normal(1, 3), normal(2, 3))
            .expecting(
                in -> Stream.of(in).flatMapToDouble(t -> Arrays.stream(t.toDoubles())).toArray()),
        sample("columns", in -> cat(-1, in), normal(1, 2), normal(1, 1))
            .expecting(
                in -> Stream.of(in).flatMapToDouble(t -> Arrays.stream(t.toDoubles())).toArray()),
        sample("channels", in -> cat(1, in), normal(2, 1, 2, 2), normal(2, 3, 2, 2)),
        sample("one", in -> cat(0, in), normal(3)),
        sample("empty", in -> cat(0, in), normal(0, 2), normal(3, 2)),
        sample("twice the same", in -> cat(1, in[0], in[0]), normal(2, 2)));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse("cat: expected at least one input, got none", () -> cat(0)),
        new Misuse(
            "cat: input 1 must be like input 0 [2,3] but for dimension 0, got [2,2]",
            () -> cat(0, Tensor.of(new double[6], 2, 3), Tensor.of(new double[4], 2, 2))),
        new Misuse(
            "cat: dimension 1 is out of range for [2]", () -> cat(1, Tensor.of(new double[2], 2))),
        new Misuse(
            "cat: expected inputs of one type, got F64 and F32",
            () -> cat(0, Tensor.of(new double[2], 2), Tensor.of(new float[2], 2))));
  }
}
