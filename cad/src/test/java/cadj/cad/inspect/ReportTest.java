package cadj.cad.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.picture.PngFile;
import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.safetensors.Mutants;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of pictures, of any safetensors file and of model folders, whatever their texts
/// hold.
class ReportTest {
  @TempDir private Path folder;

  private static String text(Report report) {
    return String.join("\n", report.lines(100, false));
  }

  @Test
  void anySafetensorsFile() {
    Path file = folder.resolve("t");
    new SafetensorsWriter()
        .metadata("note", "a\nb")
        .add("weight", DType.F16, Tensor.of(new float[6], 2, 3))
        .add("id", Tensor.of(new long[] {1}, 1))
        .write(file);
    Report report = Report.of(file.toString());
    String said = text(report);
    assertTrue(said.contains("note  a\\u000ab"), said);
    assertTrue(said.matches("(?s).*weight +F16 +6 +\\[2,3\\].*"), said);
    assertTrue(said.endsWith("2 tensors, 7 elements, 20 bytes"), said);
    assertEquals(7L, report.json().get("elements"));
    assertEquals(Map.of("note", "a\nb"), report.json().get("metadata"));
  }

  @Test
  void aTensorBeyondOurSizesIsShownToo() throws IOException {
    String header = "{\"big\":{\"dtype\":\"F32\",\"shape\":[0,4294967296],\"data_offsets\":[0,0]}}";
    Path file = Files.write(folder.resolve("t"), Mutants.file(header, new byte[0]));
    assertTrue(text(Report.of(file.toString())).contains("[0,4294967296]"));
  }

  @Test
  void hostileTextOfAPictureStaysText() {
    Path file = folder.resolve("p.png");
    BufferedImage image = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
    PngFile.write(
        file, image, Map.of("prompt", "\u001b[31mred\u0007\u202e\r\n" + "x".repeat(10_000)));
    Report report = Report.of(file.toString());
    String said = text(report);
    assertTrue(said.contains("\\u001b[31mred\\u0007\\u202e\\u000d\\u000axxx"), said);
    assertTrue(said.length() < 3_000 && said.endsWith("…"), said);
    assertEquals("picture", report.json().get("kind"));
    assertEquals(3, report.json().get("height"));
  }

  @Test
  void modelFoldersOfAllForms() {
    for (Path model : Golden.modelFolders()) {
      Report report = Report.of(model.toString());
      String said = text(report);
      assertTrue(said.contains("UNet2DConditionModel") && said.contains("CLIPTokenizer"), said);
      assertTrue((int) report.json().get("feed_forward_matrices") > 0, said);
    }
  }

  @Test
  void anIndexOfSeveralFiles() throws IOException {
    new SafetensorsWriter()
        .add("a", Tensor.of(new float[6], 2, 3))
        .write(folder.resolve("1.safetensors"));
    new SafetensorsWriter()
        .add("b", Tensor.of(new float[2], 2))
        .write(folder.resolve("2.safetensors"));
    Report report =
        Report.of(index("{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}"));
    String said = text(report);
    assertTrue(said.contains("index.json: index of several files"), said);
    assertTrue(said.endsWith("2 tensors, 8 elements, 32 bytes"), said);
    assertEquals(8L, report.json().get("elements"));
  }

  private String index(String json) throws IOException {
    return Files.writeString(folder.resolve("index.json"), json).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{~weight_map~:{~a~:null}} | weight_map.a: expected a string, found null",
        "{~weight_map~:{~a~:7}} | weight_map.a: expected a string, found 7",
        "{~weight_map~:{~a~:[~b~]}} | weight_map.a: expected a string, found a list of 1",
        "{~weight_map~:null} | weight_map: expected an object, found null",
        "{~weight_map~:{}} | weight_map: expected at least one tensor, found none",
        "{~hidden_size~:3} | weight_map: expected this key, found no such key",
        "[] | expected an object, found a list of 0"
      })
  void aWrongIndexIsRefusedInOneLine(String json, String says) throws IOException {
    String index = index(json.replace('~', '"'));
    assertEquals(
        index + ": " + says,
        assertThrows(FileFormatException.class, () -> Report.of(index)).getMessage());
  }

  @Test
  void whatIsNoneOfTheseIsRefusedInOneLine() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path text = Files.writeString(folder.resolve("x.txt"), "hello");
    Path model = Files.createDirectories(folder.resolve("model/unet")).getParent();
    for (Path wrong : List.of(empty, text, model, folder.resolve("nowhere"))) {
      String message =
          assertThrows(FileFormatException.class, () -> Report.of(wrong.toString())).getMessage();
      assertTrue(message.startsWith(wrong.toString()) && message.lines().count() == 1, message);
    }
  }
}
