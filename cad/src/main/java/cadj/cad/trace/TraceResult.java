package cadj.cad.trace;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What a trace found.
///
/// Effects, for a sample and a window:
///
/// ```
/// restore, pictures      measure(restored) − measure(corrupted)
/// swap, pictures         measure(clean) − measure(swapped)
/// restore, predictions   Σ J(o)/Σ J(c),   Σ ⟨o − u, c − u⟩/Σ J(c)      over the window's calls
/// swap, predictions      1 − those
/// ```
///
/// where o is predicted with the intervention, c by the clean run, u by the corrupted run (restore)
/// or for the base prompt (swap): 0 where the intervention changes nothing, and 1, of predictions,
/// where all of the concept comes or goes.
///
/// @param identity everything it depends on
/// @param timesteps of the denoiser's calls
/// @param windows of calls, the first of all of them
public record TraceResult(
    TraceSettings settings,
    SequencedMap<String, String> identity,
    double[] timesteps,
    List<StepWindow> windows,
    References references,
    List<RowFigures> figures) {
  /// The rows of a procedure.
  public List<TraceRow> rows(Procedure procedure) {
    return figures.stream()
        .map(RowFigures::row)
        .filter(row -> row.procedure() == procedure)
        .toList();
  }

  /// The procedures that were followed.
  public List<Procedure> procedures() {
    return figures.stream().map(figures -> figures.row().procedure()).distinct().toList();
  }

  /// The measures there are.
  public List<Measure> measures() {
    List<Measure> out = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      if (!measure.isOfPictures() || pictures(References.Reference.CLEAN).containsKey(measure)) {
        out.add(measure);
      }
    }
    return out;
  }

  /// The measure that says most shortly what a picture shows: the judge's probability, else CLIP's
  /// score, else the projection.
  public Measure mainMeasure() {
    List<Measure> measures = measures();
    return measures.getFirst().isOfPictures() ? measures.getFirst() : Measure.PROJECTION;
  }

  Map<Measure, double[]> pictures(References.Reference reference) {
    return requireNonNull(references.pictures().get(reference));
  }

  private RowFigures of(TraceRow row) {
    return figures.stream().filter(its -> its.row().equals(row)).findFirst().orElseThrow();
  }

  /// The effect of a row's intervention at the calls of a window.
  ///
  /// @param window number in [#windows]
  public Effect effect(TraceRow row, Measure measure, int window) {
    double[] samples = new double[settings.samples()];
    for (int n = 0; n < samples.length; n++) {
      samples[n] =
          measure.isOfPictures()
              ? ofPicture(row, measure, window, n)
              : ofPredictions(row, measure, windows.get(window), n);
    }
    return Effect.of(samples, settings.seed());
  }

  private double ofPicture(TraceRow row, Measure measure, int window, int sample) {
    double here = requireNonNull(of(row).pictures().get(measure))[window][sample];
    double before =
        requireNonNull(pictures(References.before(row.procedure())).get(measure))[sample];
    return switch (row.procedure()) {
      case RESTORE -> here - before;
      case SWAP -> before - here;
    };
  }

  private double ofPredictions(TraceRow row, Measure measure, StepWindow window, int sample) {
    RowFigures its = of(row);
    double[] values =
        measure == Measure.OBJECTIVE ? its.objective()[sample] : its.projection()[sample];
    double[] whole = requireNonNull(references.whole().get(row.procedure()))[sample];
    double sum = 0;
    double all = 0;
    for (int call = window.from(); call < window.to(); call++) {
      sum += values[call];
      all += whole[call];
    }
    double share = all == 0 ? 0 : sum / all;
    return switch (row.procedure()) {
      case RESTORE -> share;
      case SWAP -> 1 - share;
    };
  }
}
