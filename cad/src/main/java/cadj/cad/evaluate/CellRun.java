package cadj.cad.evaluate;

import cadj.cad.method.EditMethod;
import cadj.cad.prediction.PredictionProtocol;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Computes cells and adds their lines to the ledger.
///
/// @param ledger has the model as it is before its edits
/// @param folder for pictures and patches
record CellRun(
    ModelFiles files, TextToImage pipeline, Instruments instruments, Ledger ledger, Path folder) {
  /// Everything the figures of a cell follow from.
  SequencedMap<String, Object> identity(Cell cell) {
    return new CellIdentity(files, instruments).of(cell);
  }

  /// Computes `cell` and adds it to the ledger.
  void run(Cell cell, EditMethod.Progress progress) {
    Scope.run(cell.name(), () -> compute(cell, progress));
  }

  private void compute(Cell cell, EditMethod.Progress progress) {
    long start = System.nanoTime();
    SequencedMap<String, Object> line =
        switch (cell.protocol()) {
          case EditProtocol edits -> new EditedCell(this, cell, edits, progress).line();
          case PredictionPlan plan -> prediction(cell, plan, progress);
        };
    line.put(LedgerKeys.SECONDS, seconds(start));
    line.put(LedgerKeys.MACHINE, machine());
    ledger.add(cell.name(), identity(cell), line);
  }

  private SequencedMap<String, Object> prediction(
      Cell cell, PredictionPlan plan, EditMethod.Progress progress) {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put(
        LedgerKeys.PREDICTION,
        PredictionProtocol.run(
                pipeline,
                files.has("classifier") ? files.classifier() : null,
                cell.concept(),
                plan.settings(cell.seed()),
                progress)
            .json());
    return out;
  }

  /// Since `start`, to a hundredth.
  static double seconds(long start) {
    return Math.round((System.nanoTime() - start) / 1e7) / 100.0;
  }

  private static Map<String, Object> machine() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    out.put("processors", Runtime.getRuntime().availableProcessors());
    out.put("java", Runtime.version().toString());
    return out;
  }
}
