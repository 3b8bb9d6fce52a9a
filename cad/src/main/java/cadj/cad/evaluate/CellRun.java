package cadj.cad.evaluate;

import cadj.cad.Version;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.picture.PictureFolder;
import cadj.cad.picture.PngFile;
import cadj.cad.prediction.PredictionProtocol;
import cadj.cad.probe.Probe;
import cadj.cad.probe.ProbeTask;
import cadj.kernels.device.Device;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Computes cells: edits, draws, measures, writes pictures and line.
///
/// @param ledger has the model as it is before its edits
/// @param folder for pictures and patches
record CellRun(
    ModelFiles files, TextToImage pipeline, Instruments instruments, Ledger ledger, Path folder) {
  /// Pictures of the concept that probes start from.
  private static final int PROBED = 8;

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
    if (cell.protocol() instanceof PredictionPlan plan) {
      out.put("concept", cell.concept());
      out.put("estimators", plan.methods());
    }
    if (cell.method() == null
        && cell.protocol() instanceof EditProtocol edits
        && !edits.probes().isEmpty()) {
      out.put("probed", edits.concepts());
    }
    out.put("seed", cell.seed());
    out.putAll(instruments.identity());
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
    switch (cell.protocol()) {
      case EditProtocol edits -> edit(cell, edits, line, progress);
      case PredictionPlan plan ->
          line.put(
              "prediction",
              PredictionProtocol.run(
                      pipeline,
                      files.has("classifier") ? files.classifier() : null,
                      cell.concept(),
                      plan.settings(cell.seed()),
                      progress)
                  .json());
    }
    line.put("seconds", seconds(start));
    line.put("machine", machine());
    ledger.add(cell.name(), identity(cell), line);
  }

  private void edit(
      Cell cell,
      EditProtocol protocol,
      SequencedMap<String, Object> line,
      EditMethod.Progress progress) {
    line.put("goal", protocol.goal().name().toLowerCase(Locale.ROOT));
    TextToImage edited = pipeline;
    EditMethod method = cell.method();
    if (method != null) {
      long start = System.nanoTime();
      Cost cost = new Cost();
      EditTask task = task(cell, protocol, cost);
      Patch patch = method.edit(task, progress).with(metadata(cell, method));
      line.put("passes", cost.passes());
      line.put("edit_seconds", seconds(start));
      line.put("changed", patch.size());
      line.put("patch_sha256", hash(patch));
      patch.write(folder.resolve("patches/" + cell.fileName() + ".safetensors"));
      edited = patch.apply(pipeline);
    }
    Map<String, Object> seen = new LinkedHashMap<>();
    Map<String, Object> figures = new LinkedHashMap<>();
    List<String> pictures = new ArrayList<>();
    for (PromptGroup group : protocol.groups()) {
      Canvas canvas = new Canvas(group, cell.concept(), cell.seed());
      if (canvas.pictures() > 0) {
        TextToImage drawing = edited;
        Scope.run(
            group.name(), () -> draw(cell, protocol, canvas, drawing, seen, figures, progress));
        pictures.add(pictureFile(cell, group));
      }
    }
    line.put("figures", figures);
    line.put("seen", seen);
    line.put("pictures", pictures);
    if (!protocol.probes().isEmpty()) {
      line.put("probes", probes(cell, protocol, edited, progress));
    }
  }

  private EditTask task(Cell cell, EditProtocol protocol, Cost cost) {
    DefaultPrompts prompts = DefaultPrompts.of(cell.concept(), instruments.judge());
    return new EditTask(
        pipeline.withDenoiser(cost.counted(pipeline.denoiser())),
        cell.concept(),
        protocol.goal(),
        prompts.targets(),
        prompts.preserve(),
        instruments.judge(),
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

  /// Draws a group and measures it.
  private void draw(
      Cell cell,
      EditProtocol protocol,
      Canvas canvas,
      TextToImage edited,
      Map<String, Object> seen,
      Map<String, Object> figures,
      EditMethod.Progress progress) {
    PromptGroup group = canvas.group();
    Tensor pictures =
        canvas.draw(
            edited,
            protocol.sampling(),
            (done, total) -> progress.at("drawing " + group.name(), done, total));
    BufferedImage sheet = PictureSheet.of(canvas, pictures);
    PngFile.write(
        folder.resolve(pictureFile(cell, group)),
        sheet,
        Map.of("cell", cell.name(), "group", group.name()));
    Map<String, Object> found = new LinkedHashMap<>();
    if (group.measures().contains(MeasureKind.SEEN)) {
      Verdicts verdicts = Verdicts.of(instruments.needJudge(), protocol.words(), canvas, pictures);
      seen.put(group.name(), verdicts.json());
      if (cell.method() != null) {
        found.putAll(Figures.of(protocol, cell.concept(), before(cell, protocol, group), verdicts));
      }
    }
    int height = pictures.dim(2);
    int width = pictures.dim(3);
    new PictureMeasures(
            instruments,
            canvas,
            PictureSheet.cut(sheet, canvas, height, width),
            cell.method() == null ? null : unedited(cell, protocol, canvas, height, width))
        .addTo(found);
    if (!found.isEmpty()) {
      figures.put(group.name(), found);
    }
  }

  /// What was seen in the pictures of the model as it is on the cell's noise.
  private Verdicts before(Cell cell, EditProtocol protocol, PromptGroup group) {
    JsonObject line = ledger.line(Cell.unedited(protocol, cell.seed()).name());
    return Verdicts.read(group, line.object("seen").object(group.name())).as(cell.concept());
  }

  /// The pictures of the model as it is on the cell's noise.
  private Tensor unedited(Cell cell, EditProtocol protocol, Canvas canvas, int height, int width) {
    Path file = folder.resolve(pictureFile(Cell.unedited(protocol, cell.seed()), canvas.group()));
    return PictureSheet.cut(PictureFolder.decode(file), canvas, height, width);
  }

  private static String pictureFile(Cell cell, PromptGroup group) {
    return "pictures/%s.%s.png".formatted(cell.fileName(), group.name());
  }

  /// What each probe brings back: of an edit its concept, of the model as it is every concept.
  private Map<String, Object> probes(
      Cell cell, EditProtocol protocol, TextToImage edited, EditMethod.Progress progress) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (String concept : cell.method() == null ? protocol.concepts() : List.of(cell.concept())) {
      List<Map<String, Object>> found = new ArrayList<>();
      Scope.run("probes", () -> probes(cell, protocol, concept, edited, found, progress));
      out.put(concept, found);
    }
    return out;
  }

  private void probes(
      Cell cell,
      EditProtocol protocol,
      String concept,
      TextToImage edited,
      List<Map<String, Object>> found,
      EditMethod.Progress progress) {
    Tensor pictures =
        ProbeTask.drawn(
            pipeline, concept, PROBED, protocol.sampling(), cell.seed(), TextToImage.Progress.NONE);
    ProbeTask task =
        new ProbeTask(
            pipeline,
            edited,
            concept,
            concept,
            pictures,
            instruments.needJudge(),
            protocol.sampling(),
            cell.seed());
    for (Probe probe : protocol.probes()) {
      probe.run(
          task,
          recovery -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("probe", recovery.probe());
            one.put("variant", recovery.variant());
            one.putAll(Figures.share(recovery.share()));
            found.add(one);
          },
          progress::at);
    }
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
