package cadj.models.sd3;

import static cadj.autograd.ops.Add.add;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.TimestepEmbedding;
import cadj.models.blocks.Timesteps;
import cadj.tensor.Tensor;

/// The conditioning vector that modulates all blocks (`temb`): embedded time step + embedded pooled
/// text.
///
/// timesteps [N], embedded as [N,256], and pooled [N,P] → [N,dim]. Time steps need not be whole
/// numbers.
final class CombinedTimestepTextProjEmbeddings {
  private static final Timesteps TIME_PROJ = new Timesteps(256, true, 0);

  private final String path;
  private final String timeProj;
  private final TimestepEmbedding timestepEmbedder;
  private final TimestepEmbedding textEmbedder;

  CombinedTimestepTextProjEmbeddings(Weights w, int dim, int pooled) {
    path = w.path();
    timeProj = w.at("time_proj").path();
    timestepEmbedder = new TimestepEmbedding(w.at("timestep_embedder"), TIME_PROJ.dim(), dim);
    textEmbedder = new TimestepEmbedding(w.at("text_embedder"), pooled, dim);
  }

  /// The sinusoidal embedding of time steps: [N,256], on the host.
  static Tensor project(float... timesteps) {
    return TIME_PROJ.embed(timesteps);
  }

  /// Announces the pooled text as its input.
  ///
  /// @param projected time steps
  Tensor forward(Tensor projected, Tensor pooled) {
    return Activations.module(path, pooled, text -> embed(projected, text));
  }

  private Tensor embed(Tensor time, Tensor pooled) {
    Tensor projected = Activations.announce(timeProj, time);
    return add(timestepEmbedder.forward(projected), textEmbedder.forward(pooled));
  }
}
