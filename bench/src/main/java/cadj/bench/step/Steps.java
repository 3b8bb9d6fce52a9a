package cadj.bench.step;

import cadj.bench.workload.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of whole steps.
public final class Steps {
  private static final List<Integer> SIDES = List.of(32, 64);

  private Steps() {}

  /// What PyTorch's script measures together, so that it is one heat: two batches through the UNet,
  /// and the erase step.
  public static List<Entry> unet(StableDiffusion model) {
    List<Entry> entries = new ArrayList<>();
    for (int side : SIDES) {
      for (int batch : List.of(1, 2)) {
        entries.add(
            new Entry(
                "unet",
                "forward-batch-" + batch,
                shape(side),
                () -> DenoiserForward.of(model, batch, side)));
      }
      entries.add(new Entry("erase", "step", shape(side), () -> EraseStep.of(model, side)));
    }
    return entries;
  }

  /// The same of Stable Diffusion 3.5, batch 1.
  public static List<Entry> sd3(StableDiffusion3 model) {
    int side = 64;
    String shape = shape(side) + ", 6 of 24 blocks";
    return List.of(
        new Entry("sd3", "forward", shape, () -> DenoiserForward.of(model, 1, side)),
        new Entry("sd3", "erase-step", shape, () -> EraseStep.of(model, side)));
  }

  public static List<Entry> vae(StableDiffusion model) {
    return SIDES.stream()
        .map(side -> new Entry("vae", "decode", shape(side), () -> VaeDecode.of(model, side)))
        .toList();
  }

  /// @param launcher the script `cadj`, if the program was started by it
  public static List<Entry> fashion(@Nullable Path launcher) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("fashion", "picture", "32×32 50 steps", FashionPicture::new));
    if (launcher != null) {
      entries.add(
          new Entry(
              "fashion", "from-the-shell", "32×32 50 steps", () -> new ShellPicture(launcher)));
    }
    return entries;
  }

  private static String shape(int side) {
    return "%d×%d latents".formatted(side, side);
  }
}
