package cadj.bench;

import cadj.bench.attention.AttentionCall;
import cadj.bench.conv.Convolution;
import cadj.bench.geglu.GegluCall;
import cadj.bench.gemm.GemmCall;
import cadj.bench.groupnorm.NormedSilu;
import cadj.bench.layernorm.LayerNormCall;
import cadj.bench.rmsnorm.RmsNormCall;
import cadj.bench.softmax.SoftmaxCall;
import cadj.bench.step.StableDiffusion;
import cadj.bench.step.StableDiffusion3;
import cadj.bench.step.Steps;
import cadj.bench.workload.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that can be measured, in the order of the table.
final class Measurements {
  static final String ROOMS_TEXT =
      "gemm, conv, attention, groupnorm, geglu, softmax, layernorm, rmsnorm, unet, erase, sd3,"
          + " vae, fashion";

  private final List<Entry> kernels = new ArrayList<>();
  private final List<Entry> steps = new ArrayList<>();
  private final List<Entry> denoisers = new ArrayList<>();

  /// @param launcher the script `cadj`, if the program was started by it
  Measurements(@Nullable Path launcher) {
    kernels.addAll(GemmCall.entries());
    kernels.addAll(Convolution.entries());
    kernels.addAll(AttentionCall.entries());
    kernels.addAll(NormedSilu.entries());
    kernels.addAll(GegluCall.entries());
    kernels.addAll(SoftmaxCall.entries());
    kernels.addAll(LayerNormCall.entries());
    kernels.addAll(RmsNormCall.entries());
    StableDiffusion model = new StableDiffusion();
    denoisers.addAll(Steps.unet(model));
    denoisers.addAll(Steps.sd3(new StableDiffusion3()));
    steps.addAll(Steps.fashion(launcher));
    steps.addAll(Steps.vae(model));
  }

  /// Rows that share their rounds: one each, but for denoisers', which are one heat for each size.
  ///
  /// @param only rooms or operations; all, if empty
  /// @param denoisersFirst before this process has grown, since their own processes need memory
  List<List<Entry>> heats(List<String> only, boolean quick, boolean denoisersFirst) {
    List<List<Entry>> heats = new ArrayList<>();
    List<Entry> single = new ArrayList<>(kernels);
    single.addAll(steps);
    for (Entry entry : chosen(single, only, quick)) {
      heats.add(List.of(entry));
    }
    Map<String, List<Entry>> bySize = new LinkedHashMap<>();
    for (Entry entry : chosen(denoisers, only, quick)) {
      bySize.computeIfAbsent(entry.shape(), shape -> new ArrayList<>()).add(entry);
    }
    heats.addAll(denoisersFirst ? 0 : heats.size(), bySize.values());
    return heats;
  }

  private static List<Entry> chosen(List<Entry> entries, List<String> only, boolean quick) {
    return (quick ? Entry.firsts(entries) : entries)
        .stream()
            .filter(
                entry ->
                    only.isEmpty()
                        || only.contains(entry.room())
                        || only.contains(operation(entry)))
            .toList();
  }

  private static String operation(Entry entry) {
    return entry.room() + "." + entry.operation();
  }

  /// Whether `name` is a room or an operation of one.
  boolean isKnown(String name) {
    return !heats(List.of(name), false, false).isEmpty();
  }
}
