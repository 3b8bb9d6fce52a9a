package cadj.cad.cli;

import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.SumStore;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.files.WeightMemory;
import cadj.models.pipeline.TextEncoder;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.DryRun;
import cadj.tensor.memory.HeapLimit;
import cadj.tensor.memory.ProcessMemory;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a command gets by with the heap there is, decided before anything is computed:
///
/// 1. weights in single precision, sums and work, if there is room for all;
/// 2. weights left in their files, so many of them widened as there is room for;
/// 3. sums in a file too, where few weights could be kept otherwise;
/// 4. else the command is refused, with what would do.
///
/// No result depends on it. On a GPU nothing is planned: everything is held there.
///
/// @param heap bytes there are
/// @param needs bytes there must be
/// @param weights where they go
/// @param spills whether sums go to a file
record MemoryPlan(long heap, Needs needs, WeightMemory weights, boolean spills) {
  /// Memory held per byte in use: the pool keeps idle parts between buffers.
  private static final double WASTE = 1.25;

  /// Everything else on the heap: the program, texts, what kernels take for themselves.
  private static final long PROGRAM = 160L << 20;

  /// Share of the heap left free where weights come and go.
  private static final double SLACK = 0.125;

  /// Share of the weights that should be kept before sums take their room.
  private static final double KEPT = 0.25;

  /// Bytes that a command needs at a time.
  ///
  /// @param weights all of the pipeline's, in single precision
  /// @param largestWeight of these
  /// @param work of one pass
  /// @param sums in memory
  /// @param sumsInHand of them in memory at a time if they lie in a file, of this many bytes
  record Needs(
      long weights, long largestWeight, long work, long sums, long sumsInHand, long sumsInFile) {
    /// Beside weights, with sums in memory or in a file.
    long beside(boolean spilled) {
      return (long) (WASTE * work) + PROGRAM + (spilled ? sumsInHand : sums);
    }

    /// The least that will do.
    long least() {
      return beside(sums > sumsInHand) + 2 * largestWeight;
    }
  }

  /// Generating from start noise of that shape.
  static MemoryPlan generation(ModelFiles model, Shape latents) {
    int together = TextToImage.picturesPerPass(latents);
    long work =
        Math.max(
            model.t5Work(together),
            Math.max(
                model.denoiserWork(latents.with(0, 2 * together)).peakBytes(),
                model.decoderWork(latents.with(0, together))));
    Needs needs = new Needs(model.weightBytes(), model.largestWeightBytes(), work, 0, 0, 0);
    return of(needs, null, "smaller pictures");
  }

  /// Tracing with so many samples at a time.
  ///
  /// @param kept bytes of activations that are held beside a pass
  static MemoryPlan tracing(ModelFiles model, int samples, long kept) {
    Shape latents = model.latentForm().shape(samples);
    long work =
        Math.max(
            model.t5Work(samples),
            Math.max(
                model.denoiserWork(latents.with(0, 2 * samples)).peakBytes() + kept,
                model.decoderWork(latents)));
    Needs needs = new Needs(model.weightBytes(), model.largestWeightBytes(), work, 0, 0, 0);
    return of(needs, null, "fewer --samples");
  }

  /// This command's, of which a part needs what `other` does.
  ///
  /// @param folder for a temporary file
  MemoryPlan with(MemoryPlan other, Path folder) {
    Needs both =
        new Needs(
            needs.weights,
            needs.largestWeight,
            Math.max(needs.work, other.needs.work),
            needs.sums,
            needs.sumsInHand,
            needs.sumsInFile);
    return of(both, folder, "fewer --samples, or give an --attribution");
  }

  /// Attributing to `sites`.
  ///
  /// @param draws whether pictures are drawn and encoded first
  /// @param estimator how many sums and copies there are of each weight
  /// @param finished bytes per weight and sum that trajectories before the present one take
  /// @param folder for a temporary file
  static MemoryPlan attribution(
      ModelFiles model,
      List<Sites> sites,
      Shape latents,
      boolean draws,
      Estimator estimator,
      long finished,
      Path folder) {
    Map<String, Shape> scored = new LinkedHashMap<>();
    sites.forEach(site -> scored.putAll(shapes(model, site)));
    long count = scored.values().stream().mapToLong(Shape::elements).sum();
    long largest = scored.values().stream().mapToLong(Shape::elements).max().orElse(0);
    DryRun.Memory pass = model.denoiserWork(latents.with(0, 1));
    int sums = estimator.sums().size();
    long copies = count * estimator.copies() * Float.BYTES;
    long work = Math.max(model.t5Work(1), pass.peakBytes() + pass.largestBlock() + copies);
    if (draws) {
      Shape together = latents.with(0, TextToImage.picturesPerPass(latents));
      work = Math.max(work, model.denoiserWork(together.with(0, 2 * together.dim(0))).peakBytes());
      work = Math.max(work, model.decoderWork(together));
      work = Math.max(work, model.t5Work(together.dim(0)));
    }
    Needs needs =
        new Needs(
            model.weightBytes(),
            model.largestWeightBytes(),
            work,
            count * sums * (2 * Float.BYTES + finished),
            largest * (4 * Float.BYTES + Double.BYTES),
            count * sums * (2 * Float.BYTES + Math.max(finished, Float.BYTES)));
    return of(needs, folder, "fewer --sites");
  }

  private static Map<String, Shape> shapes(ModelFiles model, Sites site) {
    Map<String, Shape> out = new LinkedHashMap<>(model.denoiserShapes(site));
    for (String part : model.pipeline().textEncoders()) {
      if (site.isOfText() && isRead(model, part)) {
        try (Checkpoint weights = model.checkpoint(part)) {
          for (String name : weights.names()) {
            Shape shape = weights.shape(name);
            if (TextEncoder.isSite(site, part + "." + name, shape.rank())) {
              out.put(part + "." + name, shape);
            }
          }
        }
      }
    }
    return out;
  }

  /// T5 may be there and not asked for.
  private static boolean isRead(ModelFiles model, String textEncoder) {
    return textEncoder.equals(Pipeline.T5) ? model.hasT5() : model.has(textEncoder);
  }

  /// @param folder for a temporary file of sums, or null if there are none
  /// @param advice what would need less
  static MemoryPlan of(Needs needs, @Nullable Path folder, String advice) {
    long heap = HeapLimit.forArrays();
    if (!(Device.current() instanceof Cpu)) {
      return new MemoryPlan(heap, needs, WeightMemory.resident(), false);
    }
    long beside = needs.beside(false);
    if (needs.weights + beside <= heap) {
      return new MemoryPlan(heap, needs, WeightMemory.resident(), false);
    }
    if (heap - beside >= KEPT * needs.weights || (folder == null && heap >= needs.least())) {
      return new MemoryPlan(heap, needs, WeightMemory.mapped(cache(heap, beside)), false);
    }
    if (heap < needs.least()) {
      throw new CommandFailure(
          "memory: this needs %s, and there are %s: allow more with --memory %dg, or ask for %s"
              .formatted(atLeast(needs.least()), gigabytes(heap), option(needs.least()), advice));
    }
    if (folder == null || needs.sums <= needs.sumsInHand) {
      return new MemoryPlan(heap, needs, WeightMemory.mapped(cache(heap, beside)), false);
    }
    requireDisk(folder, needs.sumsInFile, needs);
    return new MemoryPlan(heap, needs, WeightMemory.mapped(cache(heap, needs.beside(true))), true);
  }

  /// Bytes of widened weights to keep: not to the brim, since what was let go of must first be
  /// collected.
  private static long cache(long heap, long beside) {
    return Math.max(0, heap - beside - (long) (SLACK * heap));
  }

  private static void requireDisk(Path folder, long bytes, Needs needs) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < bytes) {
        throw new CommandFailure(
            ("memory: sums do not fit and need a file of %s, and %s has %s left: allow more with"
                    + " --memory %dg, ask for fewer --sites, or write --out to another disk")
                .formatted(
                    gigabytes(bytes),
                    folder,
                    gigabytes(free),
                    option(needs.weights + needs.beside(false))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The whole number of GiB to ask for, so that arrays can take `bytes`.
  private static long option(long bytes) {
    return Math.ceilDiv(bytes + HeapLimit.bytes() - HeapLimit.forArrays(), 1L << 30);
  }

  /// Rounded up to what is shown, so that what is there never looks like enough.
  private static String atLeast(long bytes) {
    long unit = bytes < 1_000_000_000 ? 1_000_000 : 100_000_000;
    return gigabytes(Math.ceilDiv(bytes, unit) * unit);
  }

  private static String gigabytes(long bytes) {
    return bytes < 1_000_000_000
        ? "%d MB".formatted(bytes / 1_000_000)
        : "%.1f GB".formatted(bytes / 1e9);
  }

  /// The model, loaded as planned.
  ModelFiles load(ModelFiles model) {
    return model.with(weights);
  }

  /// Runs `work`, whose sums lie where they are planned to.
  <T extends @Nullable Object> T run(Path folder, Supplier<T> work) {
    return spills ? SumStore.spilling(folder, work) : work.get();
  }

  /// For people who ask for details, before the work.
  String line() {
    return "memory: %s of heap; weights of %s %s; work of %s%s"
        .formatted(
            gigabytes(heap),
            gigabytes(needs.weights),
            weights,
            gigabytes(needs.work),
            needs.sums == 0
                ? ""
                : "; sums of %s %s"
                    .formatted(gigabytes(needs.sums), spills ? "in a file" : "in memory"));
  }

  /// And after it.
  String peakLine() {
    return "memory: at most %s for the process; %s for work, %s for weights"
        .formatted(
            gigabytes(ProcessMemory.peakBytes()),
            gigabytes(peakWork()),
            gigabytes(weights.peakBytes()));
  }

  /// For machines, after the work.
  Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("heap_bytes", heap);
    out.put("weight_bytes", needs.weights);
    out.put("weights", weights.isMapped() ? "mapped" : "resident");
    out.put("expected_work_bytes", needs.work);
    if (needs.sums > 0) {
      out.put("sum_bytes", needs.sums);
      out.put("sums", spills ? "file" : "memory");
    }
    out.put("peak_bytes", ProcessMemory.peakBytes());
    out.put("peak_work_bytes", peakWork());
    out.put("peak_weight_bytes", weights.peakBytes());
    return out;
  }

  private static long peakWork() {
    return Device.current() instanceof Gpu gpu
        ? gpu.pool().peakBytes()
        : BufferPool.shared().peakBytes();
  }
}
