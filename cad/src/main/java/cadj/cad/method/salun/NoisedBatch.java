package cadj.cad.method.salun;

import cadj.autograd.ops.Cat;
import cadj.cad.attribution.Point;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextEncoder;
import cadj.tensor.Tensor;
import java.util.List;

/// Several noised pictures, each at its own time step.
///
/// @param latents x_t [N,C,h,w]
/// @param timesteps t of each
/// @param target what should be predicted there
record NoisedBatch(Tensor latents, float[] timesteps, Tensor target) {
  static NoisedBatch of(List<Point> points) {
    float[] timesteps = new float[points.size()];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = (float) points.get(i).timestep();
    }
    return new NoisedBatch(
        Cat.cat(0, points.stream().map(Point::latents).toArray(Tensor[]::new)),
        timesteps,
        Cat.cat(0, points.stream().map(Point::target).toArray(Tensor[]::new)));
  }

  /// Conditioning for a batch, all as long as the longest.
  static Conditioning together(TextEncoder text, List<Conditioning> each) {
    Conditioning longest = each.getFirst();
    for (Conditioning one : each) {
      longest = one.text().dim(1) > longest.text().dim(1) ? one : longest;
    }
    Conditioning out = text.lengthened(each.getFirst(), longest);
    for (Conditioning one : each.subList(1, each.size())) {
      out = out.then(text.lengthened(one, longest));
    }
    return out;
  }

  /// Φ(x_t, c, t)
  Tensor predict(Denoiser denoiser, Conditioning conditioning) {
    return denoiser.forward(latents, timesteps, conditioning);
  }
}
