package cadj.autograd.ops;

import static cadj.autograd.ops.Embedding.embedding;
import static cadj.autograd.ops.Input.ids;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class EmbeddingSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Embedding.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        look("repeated ids", ids(4, 2, 5), normal(4, 3)),
        look("one id", ids(4), normal(4, 3)),
        look("wide", ids(7, 6), normal(7, 19)),
        look("no ids", ids(4, 0), normal(4, 3)));
  }

  private static Sample look(String name, Input ids, Input weight) {
    return sample(name, in -> embedding(in[0], in[1]), ids, weight)
        .expecting(in -> plain(in[0], in[1]));
  }

  private static double[] plain(Tensor ids, Tensor weight) {
    int width = weight.dim(1);
    long[] rows = ids.toLongs();
    double[] out = new double[rows.length * width];
    for (int i = 0; i < out.length; i++) {
      out[i] = weight.get((int) rows[i / width], i % width);
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor weight = Tensor.of(new double[12], 4, 3);
    return List.of(
        new Misuse(
            "embedding: id 4 at position 2 of ids [1,3] is not one of the 4 rows of weight [4,3]",
            () -> embedding(Tensor.of(new long[] {0, 3, 4}, 1, 3), weight)),
        new Misuse(
            "embedding: id -1 at position 0 of ids [1] is not one of the 4 rows of weight [4,3]",
            () -> embedding(Tensor.of(new long[] {-1}, 1), weight)),
        new Misuse("embedding: ids must be I64, got F64", () -> embedding(weight, weight)));
  }
}
