package cadj.cad.evaluate;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.file.Sha256;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A cell of a protocol that edits: makes the edit, writes its patch, draws and measures every
/// group, and probes. The model as it is is drawn in one cell and probed in others.
record EditedCell(CellRun run, Cell cell, EditProtocol protocol, EditMethod.Progress progress) {
  /// What the ledger's line says, beside times and machine.
  SequencedMap<String, Object> line() {
    SequencedMap<String, Object> line = new LinkedHashMap<>();
    line.put(LedgerKeys.GOAL, SettingValues.lower(protocol.goal()));
    EditMethod method = cell.method();
    TextToImage edited = method == null ? run.pipeline() : edited(method, line);
    if (method != null || cell.concept().isEmpty()) {
      draw(edited, line);
    }
    if (!protocol.probes().isEmpty() && !cell.concept().isEmpty()) {
      line.put(LedgerKeys.PROBES, new ProbedCell(run, cell, protocol).json(edited, progress));
    }
    return line;
  }

  private void draw(TextToImage edited, Map<String, Object> line) {
    Map<String, Object> seen = new LinkedHashMap<>();
    Map<String, Object> figures = new LinkedHashMap<>();
    List<String> pictures = new ArrayList<>();
    for (PromptGroup group : protocol.groups()) {
      DrawnGroup drawn =
          new DrawnGroup(run, cell, protocol, new Canvas(group, cell.concept(), cell.seed()));
      if (drawn.canvas().pictures() > 0) {
        Scope.run(group.name(), () -> drawn.draw(edited, seen, figures, progress));
        pictures.add(drawn.file());
      }
    }
    line.put(LedgerKeys.FIGURES, figures);
    line.put(LedgerKeys.SEEN, seen);
    line.put(LedgerKeys.PICTURES, pictures);
  }

  private TextToImage edited(EditMethod method, Map<String, Object> line) {
    long start = System.nanoTime();
    Cost cost = new Cost();
    Patch patch = method.edit(task(cost), progress).with(metadata(method));
    line.put(LedgerKeys.PASSES, cost.passes());
    line.put(LedgerKeys.EDIT_SECONDS, CellRun.seconds(start));
    line.put(LedgerKeys.CHANGED, patch.size());
    line.put(LedgerKeys.PATCH_HASH, hash(patch));
    patch.write(run.folder().resolve("patches/" + cell.fileName() + ".safetensors"));
    return patch.apply(run.pipeline());
  }

  private EditTask task(Cost cost) {
    TextToImage pipeline = run.pipeline();
    DefaultPrompts prompts = DefaultPrompts.of(cell.concept(), run.instruments().judge());
    return new EditTask(
        pipeline.withDenoiser(cost.counted(pipeline.denoiser())),
        cell.concept(),
        protocol.goal(),
        prompts.targets(),
        prompts.preserve(),
        run.instruments().judge(),
        cell.seed(),
        cost);
  }

  private SequencedMap<String, String> metadata(EditMethod method) {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    run.identity(cell).forEach((key, value) -> out.put(key, String.valueOf(value)));
    out.remove(LedgerKeys.SETTINGS);
    out.putAll(method.settings());
    return out;
  }

  private static String hash(Patch patch) {
    Sha256 hash = new Sha256();
    for (Map.Entry<String, Change> change : patch.changes().entrySet()) {
      change.getValue().addTo(hash.add(change.getKey()));
    }
    return hash.hex();
  }
}
