package cadj.cad.generate;

import cadj.models.files.ModelFiles;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.SkipLayers;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which pictures a call draws: each row's, `count` times, with what the row says in place of what
/// holds for all.
///
/// Seeds are one per picture. A row's own is its first picture's, and those after count on from it;
/// without one, seeds count on from the call's over all pictures of the list, in its order. So a
/// picture has the same seed whichever rows are drawn.
///
/// @param negative for rows without their own; null for none
/// @param seed of the first picture
/// @param skipLayers null for none
/// @param width in pixels; null for the model's size
/// @param height in pixels; null for the model's size
public record PicturePlan(
    int count,
    @Nullable String negative,
    long seed,
    Rng rng,
    int steps,
    double guidance,
    double guidanceRescale,
    @Nullable SkipLayers skipLayers,
    Scheduler.@Nullable Kind scheduler,
    @Nullable Integer width,
    @Nullable Integer height) {

  /// The pictures of those `rows` of a list, in its order.
  ///
  /// @param out a .png file or a folder
  public List<PlannedPicture> of(ModelFiles model, List<PromptRow> rows, RowRange range, Path out) {
    PictureNames names = new PictureNames(out, rows.size(), count);
    int factor = model.vaeConfig().downsampleFactor();
    Shape latents = model.latentForm().shape(1);
    int wide = latents.dim(3) * factor;
    int high = latents.dim(2) * factor;
    SchedulerConfig schedule = model.schedule();
    List<PlannedPicture> pictures = new ArrayList<>();
    for (PromptRow row : rows) {
      for (int k = 0; range.has(row.number()) && k < count; k++) {
        int index = (row.number() - 1) * count + k;
        PictureSettings settings =
            new PictureSettings(
                row.prompt(),
                row.negative() == null ? negative : row.negative(),
                row.seed() == null ? seed + index : row.seed() + k,
                rng,
                row.steps() == null ? steps : row.steps(),
                row.guidance() == null ? guidance : row.guidance(),
                guidanceRescale,
                skipLayers,
                scheduler == null ? schedule.kind() : scheduler,
                first(row.width(), width, wide),
                first(row.height(), height, high));
        pictures.add(new PlannedPicture(settings, names.file(row, k), index));
      }
    }
    return pictures;
  }

  /// The files of those pictures.
  public static List<Path> files(List<PromptRow> rows, int count, RowRange range, Path out) {
    PictureNames names = new PictureNames(out, rows.size(), count);
    List<Path> files = new ArrayList<>();
    for (PromptRow row : rows) {
      for (int k = 0; range.has(row.number()) && k < count; k++) {
        files.add(names.file(row, k));
      }
    }
    return files;
  }

  private static int first(@Nullable Integer ofRow, @Nullable Integer ofAll, int ofModel) {
    return ofRow != null ? ofRow : ofAll != null ? ofAll : ofModel;
  }

  /// Demands that the model can draw all `pictures`.
  ///
  /// @param list where their rows are from, or null for the options
  /// @throws FileFormatException naming the row at fault
  /// @throws IllegalArgumentException naming the option at fault
  public void requireDrawable(
      ModelFiles model, List<PlannedPicture> pictures, @Nullable PromptFile list) {
    int factor = model.pictureMultiple();
    SchedulerConfig schedule = model.schedule();
    Set<Integer> tried = new HashSet<>();
    if (skipLayers != null) {
      model.requireBlocks(skipLayers.blocks());
    }
    for (PlannedPicture picture : pictures) {
      PictureSettings settings = picture.settings();
      PromptRow row = list == null ? null : list.rows().get(picture.index() / count);
      requireMultiple(
          "width", settings.width(), factor, list, row, row == null ? null : row.width());
      requireMultiple(
          "height", settings.height(), factor, list, row, row == null ? null : row.height());
      if (list != null && row != null) {
        requireGuidance(settings, list, row);
      }
      if (tried.add(settings.steps())) {
        requireSteps(schedule, settings, list, row);
      }
    }
  }

  /// Of a row; the option's was compared before the model was opened.
  private static void requireGuidance(PictureSettings settings, PromptFile list, PromptRow row) {
    if (settings.skipLayers() != null && !Guidance.isOn(settings.guidance())) {
      throw list.error(
          row,
          "guidance",
          "above 1, as --skip-layers needs it",
          String.valueOf(settings.guidance()));
    }
  }

  private static void requireMultiple(
      String side,
      int pixels,
      int factor,
      @Nullable PromptFile list,
      @Nullable PromptRow row,
      @Nullable Integer ofRow) {
    if (pixels < 1 || pixels % factor != 0) {
      String expected = "a multiple of %d, the pixels of one latent or patch".formatted(factor);
      String found = String.valueOf(pixels);
      if (list != null && row != null && ofRow != null) {
        throw list.error(row, side, expected, found);
      }
      throw new IllegalArgumentException(
          "--%s: expected %s, got %s".formatted(side, expected, found));
    }
  }

  private static void requireSteps(
      SchedulerConfig schedule,
      PictureSettings settings,
      @Nullable PromptFile list,
      @Nullable PromptRow row) {
    try {
      settings.scheduler().start(schedule, settings.steps());
    } catch (IllegalArgumentException e) {
      if (list != null && row != null && row.steps() != null) {
        throw list.error(
            row,
            "steps",
            "a number of steps for this schedule",
            "%d (%s)".formatted(settings.steps(), e.getMessage()));
      }
      throw e;
    }
  }
}
