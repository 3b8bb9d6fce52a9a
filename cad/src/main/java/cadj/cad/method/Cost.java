package cadj.cad.method;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.ForwardingDenoiser;
import cadj.tensor.Tensor;
import java.util.Map;

/// What a denoiser had to do, in forward passes of one sample. A pass under a tape counts as three:
/// one forward, and a backward pass of about twice that.
public final class Cost {
  private static final int RECORDED = 3;

  private long passes;

  /// Forward passes of one sample.
  public long passes() {
    return passes;
  }

  /// Adds passes that [#counted] does not see, such as a second backward pass over one tape.
  public void add(long more) {
    passes += more;
  }

  /// `denoiser`, and whatever it is turned into, with its passes added here; once, if it is such a
  /// one already.
  public Denoiser counted(Denoiser denoiser) {
    return denoiser instanceof Counted counted && counted.cost() == this
        ? counted
        : new Counted(denoiser);
  }

  private final class Counted extends ForwardingDenoiser {
    Counted(Denoiser denoiser) {
      super(denoiser);
    }

    private Cost cost() {
      return Cost.this;
    }

    @Override
    public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
      passes += (long) latents.dim(0) * (Tape.isRecording() ? RECORDED : 1);
      return super.forward(latents, timesteps, conditioning);
    }

    @Override
    public Denoiser with(Map<String, Tensor> parameters) {
      return new Counted(super.with(parameters));
    }
  }
}
