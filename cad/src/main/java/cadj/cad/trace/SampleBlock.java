package cadj.cad.trace;

import static java.util.Objects.requireNonNull;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The samples of one block: their reference runs, and what rows do to them.
///
/// The clean run's activations are computed again for each group of rows, a call at a time, and all
/// runs of the group keep step with it: so no more of them is kept than one call's.
final class SampleBlock {
  /// Is told that one more call of a group is done.
  interface Step {
    void done();
  }

  private final TextToImage pipeline;
  private final TraceSettings settings;
  private final PictureMeasures measures;
  private final List<StepWindow> windows;
  private final int first;
  private final int count;
  private final TraceTexts texts;
  private final Predictions clean;
  private final Map<Procedure, Predictions> before = new EnumMap<>(Procedure.class);
  private final Map<References.Reference, ReferenceRun> runs =
      new EnumMap<>(References.Reference.class);
  private final Map<Procedure, List<ConceptShift>> shifts = new EnumMap<>(Procedure.class);

  /// @param first number of its first sample
  SampleBlock(
      TextToImage pipeline,
      TraceSettings settings,
      PictureMeasures measures,
      List<StepWindow> windows,
      int first,
      int count) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.measures = measures;
    this.windows = windows;
    this.first = first;
    this.count = count;
    texts = Scope.outside(() -> TraceTexts.of(pipeline, settings, first, count));
    clean = predictions(texts.concept());
    runs.put(References.Reference.CLEAN, ReferenceRun.of(samplerRun(), clean));
    runs.put(
        References.Reference.CORRUPTED,
        ReferenceRun.of(samplerRun(), predictions(texts.corrupted())));
    runs.put(References.Reference.BASE, ReferenceRun.of(samplerRun(), predictions(texts.base())));
    for (Procedure procedure : Procedure.values()) {
      before.put(procedure, predictions(texts.before(procedure)));
      shifts.put(procedure, shifts(predictions(texts.without(procedure))));
    }
  }

  private Predictions predictions(Conditioning text) {
    return new Predictions(pipeline, text, texts.negative(), settings.sampling());
  }

  private SamplerRun samplerRun() {
    return Scope.outside(() -> new SamplerRun(pipeline, settings, first, count));
  }

  private ReferenceRun run(References.Reference reference) {
    return requireNonNull(runs.get(reference));
  }

  /// What the concept adds at each call of the clean run.
  private List<ConceptShift> shifts(Predictions without) {
    SamplerRun samplerRun = samplerRun();
    Denoiser denoiser = pipeline.denoiser();
    List<ConceptShift> out = new ArrayList<>();
    for (int call = 0; call < samplerRun.calls(); call++) {
      double t = samplerRun.timesteps()[call];
      Tensor input = run(References.Reference.CLEAN).inputs().get(call);
      int at = call;
      Scope.run(
          "what the concept adds",
          () ->
              out.add(
                  new ConceptShift(
                      denoiser,
                      without.alone(input, t, List.of()),
                      clean.alone(input, t, List.of()),
                      input,
                      samplerRun.level(at))));
    }
    return out;
  }

  /// What the runs that are not intervened on show.
  References references(TracePictures sink) {
    Map<Procedure, double[][]> whole = new EnumMap<>(Procedure.class);
    shifts.forEach(
        (procedure, its) -> {
          double[][] table = new double[count][its.size()];
          for (int call = 0; call < its.size(); call++) {
            set(table, call, its.get(call).whole());
          }
          whole.put(procedure, table);
        });
    Map<References.Reference, Map<Measure, double[]>> pictures = new LinkedHashMap<>();
    List<Tensor> drawn = new ArrayList<>();
    Scope.run(
        "reference pictures",
        () -> {
          for (References.Reference reference : References.Reference.values()) {
            Tensor decoded = pipeline.decode(run(reference).latents());
            pictures.put(reference, measures.of(decoded, settings));
            drawn.add(decoded.slice(0, 0, 1));
          }
          if (first == 0) {
            sink.references(drawn);
          }
        });
    return new References(whole, pictures);
  }

  private static void set(double[][] table, int call, double... ofSamples) {
    for (int n = 0; n < ofSamples.length; n++) {
      table[n][call] = ofSamples[n];
    }
  }

  /// What rows of one procedure do.
  ///
  /// @param shapes of the outputs to restore
  List<RowFigures> rows(
      List<TraceRow> group, Map<String, Shape> shapes, TracePictures sink, Step step) {
    Procedure procedure = group.getFirst().procedure();
    Map<String, Shape> wanted = new LinkedHashMap<>();
    if (procedure == Procedure.RESTORE) {
      for (TraceRow row : group) {
        row.modules()
            .forEach(key -> wanted.put(key, requireNonNull(shapes.get(key)).with(0, count)));
      }
    }
    List<RowRun> running = new ArrayList<>();
    for (TraceRow row : group) {
      List<SamplerRun> samplerRuns = new ArrayList<>();
      windows.forEach(_ -> samplerRuns.add(samplerRun()));
      running.add(new RowRun(row, samplerRuns, count));
    }
    ReferenceRun cleanRun = run(References.Reference.CLEAN);
    for (int call = 0; call < cleanRun.inputs().size(); call++) {
      int at = call;
      Scope.run("objective of rows", () -> predict(running, wanted, at));
      Scope.run("step of rows", () -> samplerRun(running, wanted, at));
      step.done();
    }
    List<RowFigures> out = new ArrayList<>();
    for (RowRun row : running) {
      out.add(measured(row, sink));
    }
    return out;
  }

  /// Predictions along the clean run.
  private void predict(List<RowRun> rows, Map<String, Shape> wanted, int call) {
    Procedure procedure = rows.getFirst().row.procedure();
    Predictions from = requireNonNull(before.get(procedure));
    ConceptShift shift = requireNonNull(shifts.get(procedure)).get(call);
    Tensor input = run(References.Reference.CLEAN).inputs().get(call);
    double t = rows.getFirst().samplerRuns.getFirst().timesteps()[call];
    CleanOutputs outputs = CleanOutputs.of(wanted, 0, () -> clean.alone(input, t, List.of()));
    for (RowRun row : rows) {
      Scope.run(
          "objective of a row",
          () -> {
            Tensor o = from.alone(input, t, row.row.interventions(outputs, texts.base().text(), 0));
            set(row.objective, call, shift.objective(o));
            set(row.projection, call, shift.projection(o));
          });
    }
  }

  /// One call of each window's run.
  private void samplerRun(List<RowRun> rows, Map<String, Shape> wanted, int call) {
    Procedure procedure = rows.getFirst().row.procedure();
    Predictions from = requireNonNull(before.get(procedure));
    ReferenceRun unchanged = run(References.before(procedure));
    Tensor input = run(References.Reference.CLEAN).inputs().get(call);
    double t = rows.getFirst().samplerRuns.getFirst().timesteps()[call];
    CleanOutputs outputs =
        CleanOutputs.of(wanted, clean.guidedFrom(), () -> clean.guided(input, t, call, List.of()));
    for (RowRun row : rows) {
      @Nullable Tensor whole = null; // the prediction of the window of all calls
      for (int w = 0; w < windows.size(); w++) {
        StepWindow window = windows.get(w);
        SamplerRun samplerRun = row.samplerRuns.get(w);
        Tensor prediction;
        if (call < window.from()) {
          prediction = unchanged.predictions().get(call);
        } else if (whole != null && window.from() == 0 && window.has(call)) {
          prediction = whole; // of the same latents, with the same intervention
        } else {
          prediction =
              Scope.outside(
                  () ->
                      from.guided(
                          samplerRun.input(call),
                          t,
                          call,
                          window.has(call)
                              ? row.row.interventions(
                                  outputs, texts.base().text(), from.guidedFrom())
                              : List.of()));
        }
        if (w == 0) {
          whole = prediction;
        }
        Scope.outside(
            () -> {
              samplerRun.step(call, prediction);
              return null;
            });
      }
    }
  }

  private RowFigures measured(RowRun row, TracePictures sink) {
    Map<Measure, double[][]> pictures = new EnumMap<>(Measure.class);
    List<Tensor> drawn = new ArrayList<>();
    Scope.run(
        "pictures of a row",
        () -> {
          for (int w = 0; w < windows.size(); w++) {
            Tensor decoded = pipeline.decode(row.samplerRuns.get(w).latents());
            int window = w;
            measures
                .of(decoded, settings)
                .forEach(
                    (measure, values) ->
                        pictures
                                .computeIfAbsent(measure, _ -> new double[windows.size()][])[
                                window] =
                            values);
            drawn.add(decoded.slice(0, 0, 1));
          }
          if (first == 0) {
            sink.row(row.row, drawn);
          }
        });
    return new RowFigures(row.row, row.objective, row.projection, pictures);
  }

  /// A row on its way.
  private static final class RowRun {
    private final TraceRow row;

    /// A run for each window.
    private final List<SamplerRun> samplerRuns;

    private final double[][] objective;
    private final double[][] projection;

    RowRun(TraceRow row, List<SamplerRun> samplerRuns, int samples) {
      this.row = row;
      this.samplerRuns = samplerRuns;
      int calls = samplerRuns.getFirst().calls();
      objective = new double[samples][calls];
      projection = new double[samples][calls];
    }
  }
}
