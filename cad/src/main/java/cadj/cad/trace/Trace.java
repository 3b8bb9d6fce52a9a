package cadj.cad.trace;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import cadj.models.pipeline.TextToImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A trace of one concept:
///
/// ```
/// samples, block by block → reference runs (clean, corrupted, base)
///   → rows, group by group → for each window of steps a run with the row's intervention there
///   → pictures, measured; predictions along the clean run, measured
/// ```
///
/// It can be stopped at any moment: with a file to save to, each group of rows is kept there as
/// soon as it is done. Started again with the same settings it goes on, and ends with the same
/// bits.
///
/// @param partial where to save unfinished work, or null
/// @param identity everything the figures depend on
public record Trace(
    TextToImage pipeline,
    TraceSettings settings,
    TracePlan plan,
    PictureMeasures measures,
    TracePictures pictures,
    @Nullable Path partial,
    SequencedMap<String, String> identity) {
  /// Is told how much is done.
  @FunctionalInterface
  public interface Progress {
    Progress NONE = (done, total) -> {};

    void at(long done, long total);
  }

  /// @throws cadj.tensor.file.FileFormatException if there is unfinished work of other settings at
  ///   `partial`
  public TraceResult run(Progress progress) {
    double[] timesteps = new SamplerRun(pipeline, settings, 0, 1).timesteps();
    List<StepWindow> windows = StepWindow.of(timesteps.length, settings.stepWindow());
    UnfinishedTrace unfinished = UnfinishedTrace.open(partial, identity);
    List<List<TraceRow>> groups = plan.groups();
    int blocks = Math.ceilDiv(settings.samples(), plan.block());
    long total = (long) blocks * groups.size() * timesteps.length;
    long[] done = new long[1];
    @Nullable References references = null;
    SequencedMap<TraceRow, RowFigures> figures = new LinkedHashMap<>();
    progress.at(0, total);
    for (int block = 0; block < blocks; block++) {
      int first = block * plan.block();
      int count = Math.min(plan.block(), settings.samples() - first);
      SampleBlock samples = new SampleBlock(pipeline, settings, measures, windows, first, count);
      References its = samples.references(pictures);
      references = references == null ? its : references.then(its);
      for (List<TraceRow> group : groups) {
        String unit = "samples %d-%d, %s".formatted(first + 1, first + count, name(group));
        List<RowFigures> found = unfinished.find(unit, group, count, windows.size());
        if (found == null) {
          found =
              samples.rows(group, plan.outputs(), pictures, () -> progress.at(++done[0], total));
          unfinished.add(unit, found);
        } else {
          done[0] += timesteps.length;
          progress.at(done[0], total);
        }
        found.forEach(row -> figures.merge(row.row(), row, RowFigures::then));
      }
    }
    return new TraceResult(
        settings,
        identity,
        timesteps,
        windows,
        requireNonNull(references),
        new ArrayList<>(figures.values()));
  }

  private static String name(List<TraceRow> group) {
    return group.stream()
        .map(row -> row.procedure() + " " + String.join(" ", row.modules()))
        .collect(joining(", "));
  }

  /// Forgets unfinished work, once the result is safe.
  public void deletePartial() {
    if (partial != null) {
      UnfinishedTrace.delete(partial);
    }
  }
}
