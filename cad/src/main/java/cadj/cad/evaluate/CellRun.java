package cadj.cad.evaluate;

import cadj.cad.Version;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.picture.PngFile;
import cadj.kernels.device.Device;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Computes cells: edits, draws, has the pictures judged, writes pictures and line.
///
/// @param ledger has the model as it is before its edits
/// @param folder for pictures and patches
record CellRun(ModelFiles files, TextToImage pipeline, Judge judge, Ledger ledger, Path folder) {
  /// Everything the figures of a cell follow from.
  SequencedMap<String, Object> identity(Cell cell) {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put("protocol", cell.protocol().name());
    out.put("protocol_sha256", cell.protocol().hash());
    out.put("method", cell.label());
    if (cell.method() != null) {
      out.put("settings", new LinkedHashMap<>(cell.method().settings()));
      out.put("concept", cell.concept());
    }
    out.put("seed", cell.seed());
    out.put("model", files.name());
    out.put(Patch.MODEL_HASH, files.denoiserHash());
    out.put("parts_sha256", files.partsHash());
    out.put("device", Device.current().name());
    out.put("cadj", Version.current());
    return out;
  }

  /// Computes `cell` and adds it to the ledger.
  void run(Cell cell, EditMethod.Progress progress) {
    Scope.run(cell.name(), () -> compute(cell, progress));
  }

  private void compute(Cell cell, EditMethod.Progress progress) {
    long start = System.nanoTime();
    SequencedMap<String, Object> line = new LinkedHashMap<>();
    TextToImage edited = pipeline;
    EditMethod method = cell.method();
    if (method != null) {
      Cost cost = new Cost();
      Patch patch = method.edit(task(cell, cost), progress).with(metadata(cell, method));
      line.put("passes", cost.passes());
      line.put("edit_seconds", seconds(start));
      line.put("changed", patch.size());
      line.put("patch_sha256", hash(patch));
      patch.write(folder.resolve("patches/" + cell.fileName() + ".safetensors"));
      edited = patch.apply(pipeline);
    }
    line.put("goal", cell.protocol().goal().name().toLowerCase(Locale.ROOT));
    Map<String, Object> seen = new LinkedHashMap<>();
    Map<String, Object> figures = new LinkedHashMap<>();
    List<String> pictures = new ArrayList<>();
    for (PromptGroup group : cell.protocol().groups()) {
      Canvas canvas = new Canvas(group, cell.concept(), cell.seed());
      if (canvas.pictures() > 0) {
        Verdicts verdicts = draw(cell, canvas, edited, pictures, progress);
        seen.put(group.name(), verdicts.json());
        if (method != null) {
          figures.put(
              group.name(),
              Figures.of(cell.protocol(), cell.concept(), before(cell, group), verdicts));
        }
      }
    }
    line.put("figures", figures);
    line.put("seen", seen);
    line.put("pictures", pictures);
    line.put("seconds", seconds(start));
    line.put("machine", machine());
    ledger.add(cell.name(), identity(cell), line);
  }

  private EditTask task(Cell cell, Cost cost) {
    DefaultPrompts prompts = DefaultPrompts.of(cell.concept(), judge);
    return new EditTask(
        pipeline.withDenoiser(cost.counted(pipeline.denoiser())),
        cell.concept(),
        cell.protocol().goal(),
        prompts.targets(),
        prompts.preserve(),
        judge,
        cell.seed(),
        cost);
  }

  private SequencedMap<String, String> metadata(Cell cell, EditMethod method) {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    identity(cell).forEach((key, value) -> out.put(key, String.valueOf(value)));
    out.remove("settings");
    out.putAll(method.settings());
    return out;
  }

  private Verdicts draw(
      Cell cell,
      Canvas canvas,
      TextToImage edited,
      List<String> written,
      EditMethod.Progress progress) {
    Verdicts[] out = new Verdicts[1];
    Scope.run(
        canvas.group().name(),
        () -> {
          Tensor pictures =
              canvas.draw(
                  edited,
                  cell.protocol().sampling(),
                  (done, total) -> progress.at("drawing " + canvas.group().name(), done, total));
          out[0] = Verdicts.of(judge, cell.protocol().words(), canvas, pictures);
          String name = "pictures/%s.%s.png".formatted(cell.fileName(), canvas.group().name());
          PngFile.write(
              folder.resolve(name),
              PictureSheet.of(canvas, pictures),
              Map.of("cell", cell.name(), "group", canvas.group().name()));
          written.add(name);
        });
    return out[0];
  }

  /// The model as it is on the cell's noise.
  private Verdicts before(Cell cell, PromptGroup group) {
    JsonObject line = ledger.line(Cell.unedited(cell.protocol(), cell.seed()).name());
    return Verdicts.read(group, line.object("seen").object(group.name())).as(cell.concept());
  }

  private static double seconds(long start) {
    return Math.round((System.nanoTime() - start) / 1e7) / 100.0;
  }

  private static String hash(Patch patch) {
    Sha256 hash = new Sha256();
    for (Map.Entry<String, Change> change : patch.changes().entrySet()) {
      change.getValue().addTo(hash.add(change.getKey()));
    }
    return hash.hex();
  }

  private static Map<String, Object> machine() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    out.put("processors", Runtime.getRuntime().availableProcessors());
    out.put("java", Runtime.version().toString());
    return out;
  }
}
