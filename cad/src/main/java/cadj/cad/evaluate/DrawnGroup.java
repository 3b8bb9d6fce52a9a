package cadj.cad.evaluate;

import cadj.cad.method.EditMethod;
import cadj.cad.picture.PictureFolder;
import cadj.cad.picture.PngFile;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A group of prompts as one cell draws it, measured against the model as it is on the same noise.
record DrawnGroup(CellRun run, Cell cell, EditProtocol protocol, Canvas canvas) {
  private PromptGroup group() {
    return canvas.group();
  }

  /// The sheet's file in the ledger's folder.
  String file() {
    return file(cell);
  }

  private String file(Cell of) {
    return "pictures/%s.%s.png".formatted(of.fileName(), group().name());
  }

  /// Draws, writes the sheet and measures.
  ///
  /// @param edited the model, after the cell's edit
  /// @param seen is given what the judge saw, under the group's name
  /// @param figures likewise, if there are any
  void draw(
      TextToImage edited,
      Map<String, Object> seen,
      Map<String, Object> figures,
      EditMethod.Progress progress) {
    String name = group().name();
    Tensor pictures =
        canvas.draw(
            edited,
            protocol.sampling(),
            (done, total) -> progress.at("drawing " + name, done, total));
    BufferedImage sheet = PictureSheet.of(canvas, pictures);
    PngFile.write(run.folder().resolve(file()), sheet, Map.of("cell", cell.name(), "group", name));
    Map<String, Object> found = new LinkedHashMap<>();
    if (group().measures().contains(MeasureKind.SEEN)) {
      Verdicts verdicts =
          Verdicts.of(run.instruments().needJudge(), protocol.words(), canvas, pictures);
      seen.put(name, verdicts.json());
      if (cell.method() != null) {
        found.putAll(Figures.of(protocol, cell.concept(), before(), verdicts));
      }
    }
    int height = pictures.dim(2);
    int width = pictures.dim(3);
    new PictureMeasures(
            run.instruments(),
            canvas,
            PictureSheet.cut(sheet, canvas, height, width),
            cell.method() == null ? null : unedited(height, width))
        .addTo(found);
    if (!found.isEmpty()) {
      figures.put(name, found);
    }
  }

  /// What was seen in the pictures of the model as it is on the cell's noise.
  private Verdicts before() {
    JsonObject line = run.ledger().line(Cell.unedited(protocol, cell.seed()).name());
    return Verdicts.read(group(), line.object(LedgerKeys.SEEN).object(group().name()))
        .as(cell.concept());
  }

  /// The pictures of the model as it is on the cell's noise.
  private Tensor unedited(int height, int width) {
    Path file = run.folder().resolve(file(Cell.unedited(protocol, cell.seed())));
    return PictureSheet.cut(PictureFolder.decode(file), canvas, height, width);
  }
}
