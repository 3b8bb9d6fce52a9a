package cadj.models.denoiser;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.kernels.device.CaptureRefusedException;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Gpu;
import cadj.kernels.record.Recording;
import cadj.tensor.Tensor;
import cadj.tensor.memory.DryRun;
import cadj.tensor.shape.Layout;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A denoiser that records its pass as a graph of the GPU (stream capture of a CUDA graph) and
/// replays it: one call in the place of some hundred launches, with the same bits.
///
/// The first [#PASSES_BEFORE] passes of a form (shapes, and orders in memory) are done launch by
/// launch, which loads modules, chooses algorithms and lets kernels keep what they need again; the
/// next is recorded. It is recorded anew where the form changes or a weight is overwritten.
///
/// All passes are done launch by launch on another device, under a tape, where activations are
/// observed or replaced, where the run is recorded ([Recording]: each launch is a slice there), for
/// a denoiser that is not a [DenoisingNetwork] itself, and once a recording was refused.
///
/// A recorded pass has the memory that a pass takes, until this is closed.
public final class CapturedDenoiser extends ForwardingDenoiser implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CapturedDenoiser.class.getName());

  /// What kernels are asked for once, they make for that time; twice, and they may keep it.
  static final int PASSES_BEFORE = 2;

  /// Null if the denoiser is none.
  private final @Nullable DenoisingNetwork network;

  /// Made of this one, and closed with it.
  private final List<CapturedDenoiser> others = new ArrayList<>();

  /// Of the last pass.
  private @Nullable Form form;

  /// How its prediction lay.
  private @Nullable Layout result;

  /// Passes of that form that were done launch by launch.
  private int passes;

  private @Nullable RecordedPass recorded;
  private @Nullable String refusal;

  public CapturedDenoiser(Denoiser denoiser) {
    super(denoiser);
    network = denoiser instanceof DenoisingNetwork itself ? itself : null;
  }

  /// What a recorded pass holds for.
  ///
  /// @param inputs how they lie
  /// @param version changes with every weight that is overwritten, and where a copy of one that a
  ///   kernel kept is there no longer
  private record Form(Gpu gpu, List<Layout> inputs, long version) {
    boolean isLike(@Nullable Form other) {
      if (other == null
          || gpu != other.gpu
          || version != other.version
          || inputs.size() != other.inputs.size()) {
        return false;
      }
      for (int i = 0; i < inputs.size(); i++) {
        if (!inputs.get(i).sameOrder(other.inputs.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
    if (network == null
        || refusal != null
        || !(Device.current() instanceof Gpu gpu)
        || isWatched()) {
      return super.forward(latents, timesteps, conditioning);
    }
    ProjectedNumbers numbers = network.project(timesteps, conditioning);
    List<Tensor> inputs =
        Stream.of(
                latents,
                numbers.timesteps(),
                conditioning.text(),
                numbers.timeIds(),
                conditioning.pooled())
            .filter(Objects::nonNull)
            .toList();
    if (inputs.stream().anyMatch(it -> it.dtype() != DType.F32)) {
      return super.forward(latents, timesteps, conditioning);
    }
    long dropped = gpu.weightCopies().dropped();
    Form now = new Form(gpu, inputs.stream().map(Tensor::layout).toList(), version(network, gpu));
    if (result == null || !now.isLike(form)) {
      close();
      form = now;
    }
    if (result == null || passes < PASSES_BEFORE) {
      Tensor prediction = network.forward(latents, numbers, conditioning);
      result = prediction.layout().denseLike();
      passes++;
      return prediction;
    }
    if (recorded == null) {
      try {
        recorded = new RecordedPass(gpu, network, latents, numbers, conditioning, result);
      } catch (CaptureRefusedException | DeviceOutOfMemoryException e) {
        return refused(String.valueOf(e.getMessage()), latents, numbers, conditioning);
      }
    }
    try {
      recorded.fill(latents, numbers, conditioning);
      if (gpu.weightCopies().dropped() == dropped) { // else this pass took memory copies had
        return recorded.replay();
      }
    } catch (DeviceOutOfMemoryException e) {
      close();
      return refused(String.valueOf(e.getMessage()), latents, numbers, conditioning);
    }
    close();
    return network.forward(latents, numbers, conditioning);
  }

  private Tensor refused(
      String why, Tensor latents, ProjectedNumbers numbers, Conditioning conditioning) {
    refusal = why;
    LOG.log(Level.DEBUG, "launch by launch: a pass cannot be recorded: {0}", why);
    return Objects.requireNonNull(network).forward(latents, numbers, conditioning);
  }

  /// Why passes are done launch by launch, where recording one was refused; else null.
  public @Nullable String refusal() {
    return refusal;
  }

  private static boolean isWatched() {
    return Tape.isRecording()
        || Activations.areBound()
        || Recording.current() != null
        || DryRun.isOn();
  }

  /// A sum of numbers that only grow.
  private static long version(Denoiser denoiser, Gpu gpu) {
    long sum = gpu.weightCopies().dropped();
    for (Tensor parameter : denoiser.parameters().values()) {
      sum += parameter.storage().version();
    }
    return sum;
  }

  /// Whether the next pass of this form is replayed.
  public boolean isRecorded() {
    return recorded != null;
  }

  /// Recorded too, and closed with this one.
  @Override
  public Denoiser withoutBlocks(Collection<Integer> blocks) {
    CapturedDenoiser other = new CapturedDenoiser(super.withoutBlocks(blocks));
    others.add(other);
    return other;
  }

  /// Gives the memory back and begins anew: so few passes as follow mostly are not worth a graph.
  @Override
  public void close() {
    others.forEach(CapturedDenoiser::close);
    if (recorded != null) {
      recorded.close();
      recorded = null;
    }
    form = null;
    result = null;
    passes = 0;
  }
}
