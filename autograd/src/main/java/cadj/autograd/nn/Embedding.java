package cadj.autograd.nn;

import static cadj.autograd.ops.Embedding.embedding;

import cadj.autograd.graph.Activations;
import cadj.tensor.Tensor;

/// Rows of a table by id: ids [..] → [..,width].
public final class Embedding {
  private final String path;
  private final Tensor weight;

  public Embedding(Weights w, int entries, int width) {
    this.path = w.path();
    this.weight = w.get("weight", entries, width);
  }

  public Tensor forward(Tensor ids) {
    return Activations.module(path, ids, in -> embedding(in, weight));
  }
}
