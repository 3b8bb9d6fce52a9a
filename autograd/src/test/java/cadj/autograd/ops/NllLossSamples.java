package cadj.autograd.ops;

import static cadj.autograd.ops.Input.ids;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.NllLoss.nllLoss;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class NllLossSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return NllLoss.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        sample("rows", in -> nllLoss(in[0], in[1]), normal(4, 3), ids(3, 4))
            .expecting(in -> new double[] {plain(in[0], in[1])}),
        sample("empty", in -> nllLoss(in[0], in[1]), normal(0, 3), ids(3, 0))
            .expecting(in -> new double[] {Double.NaN}));
  }

  @Override
  public List<Misuse> misuses() {
    return List.of(
        new Misuse(
            "nllLoss: logp must have 2 dimensions, got [2]",
            () -> nllLoss(Tensor.of(new double[2], 2), Tensor.of(new long[2], 2))),
        new Misuse(
            "nllLoss: targets must be [2] for logp [2,3], got [3]",
            () -> nllLoss(Tensor.of(new double[6], 2, 3), Tensor.of(new long[3], 3))),
        new Misuse(
            "nllLoss: targets must be I64, got F64",
            () -> nllLoss(Tensor.of(new double[6], 2, 3), Tensor.of(new double[2], 2))),
        new Misuse(
            "nllLoss: targets[1] must be 0 to 2, got 3",
            () -> nllLoss(Tensor.of(new double[6], 2, 3), Tensor.of(new long[] {0, 3}, 2))));
  }

  private static double plain(Tensor logp, Tensor targets) {
    double sum = 0;
    for (int n = 0; n < logp.dim(0); n++) {
      sum -= logp.get(n, (int) targets.get(n));
    }
    return sum / logp.dim(0);
  }
}
