package cadj.models.original;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A CLIP text encoder of a file that leaves out a projection which changes nothing: it is the
/// identity, as in Stable Diffusion 3's first text encoder.
final class IdentityProjection extends CheckpointView {
  private static final String PROJECTION = "text_projection.weight";
  private static final String NORM = "text_model.final_layer_norm.weight";

  private final int width;

  private IdentityProjection(Checkpoint base, int width) {
    super(base);
    this.width = width;
  }

  /// `part`, with a projection if it has none but its width is known.
  static Checkpoint of(Checkpoint part) {
    return part.contains(PROJECTION) || !part.contains(NORM)
        ? part
        : new IdentityProjection(part, Sizes.of(part, NORM, 0));
  }

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(base.names());
    names.add(PROJECTION);
    return names;
  }

  @Override
  public List<Long> dims(String name) {
    return name.equals(PROJECTION) ? List.of((long) width, (long) width) : base.dims(name);
  }

  @Override
  public DType dtype(String name) {
    return base.dtype(name.equals(PROJECTION) ? NORM : name);
  }

  @Override
  public Tensor tensor(String name) {
    return name.equals(PROJECTION) ? identity() : base.tensor(name);
  }

  private Tensor identity() {
    shape(PROJECTION); // a shape that can be made, before it is
    float[] ones = new float[width * width];
    for (int i = 0; i < width; i++) {
      ones[i * width + i] = 1;
    }
    return Tensor.of(ones, width, width);
  }
}
