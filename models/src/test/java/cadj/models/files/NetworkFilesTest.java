package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.DType;
import cadj.models.FormulaWeights;
import cadj.models.classifier.ResNet;
import cadj.models.preprocess.ResizeCrop;
import cadj.models.preprocess.Unchanged;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonValue;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import cadj.tensor.torch.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Networks that judge, from files as they are and as they should not be.
class NetworkFilesTest {
  @TempDir private Path temp;

  @Test
  void torchFilesHoldTheSame() {
    Path torch = temp.resolve("resnet.pth");
    TorchSave.zip(torch, resNet());
    Tensor images = FormulaWeights.tensor(7, 1, 0, 1, 3, 40, 40);
    ResNet stored =
        NetworkFiles.resNet(Golden.require("metrics/resnet-bottleneck-tiny/model.safetensors"));
    assertArrayEquals(
        stored.forward(images).toFloats(), NetworkFiles.resNet(torch).forward(images).toFloats());
  }

  @Test
  void resNetsAreLoadedStrictly() {
    assertRefused(
        all -> all.remove("layer2.1.bn3.bias"),
        "layer2.1.bn3.bias: expected a tensor [48], found none");
    assertRefused(
        all -> all.remove("layer1.0.conv1.weight"),
        "layer1.0.conv1.weight: expected this tensor, found none");
    assertRefused(
        all -> all.put("fc.scale", Tensor.scalar(1)),
        "fc.scale: expected no such tensor in a model of this configuration, found it");
    assertRefused(
        all -> all.put("layer3.0.conv2.weight", Tensor.of(new float[2304], 16, 1, 12, 12)),
        "layer3.0.conv2.weight: expected shape [16,16,3,3], found [16,1,12,12]");
    assertRefused(
        all -> all.put("fc.weight", Tensor.scalar(1)),
        "fc.weight: expected from 1 to 65536 channels, found shape []");
    // one stage only, so the last layer does not fit
    assertRefused(
        all -> all.keySet().removeIf(key -> key.startsWith("layer2.0.")),
        "fc.weight: expected shape [10,32], found [10,96]");
  }

  private void assertRefused(Consumer<Map<String, Tensor>> damage, String message) {
    Map<String, Tensor> all = resNet();
    damage.accept(all);
    Path file = temp.resolve("damaged.safetensors");
    SafetensorsWriter.write(file, all, Map.of());
    assertMessage(file + ": " + message, () -> NetworkFiles.resNet(file));
  }

  private static Map<String, Tensor> resNet() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (SafetensorsFile file = Golden.open("metrics/resnet-bottleneck-tiny/model.safetensors")) {
      file.names().forEach(name -> out.put(name, file.tensor(name)));
    }
    return out;
  }

  /// pytorch-fid's file has the classifier, which FID does without.
  @Test
  void inceptionWithItsClassifier() {
    Path file = temp.resolve("inception.safetensors");
    writeInception(file, "fc.weight", "fc.bias");
    NetworkFiles.inception(file);
  }

  @Test
  void inceptionOfTorchvisionIsRefused() {
    Path file = temp.resolve("inception.safetensors");
    writeInception(file, "AuxLogits.fc.weight");
    assertMessage(
        file
            + ": expected pytorch-fid's Inception weights (pt_inception-2015-12-05-6726825d.pth),"
            + " found torchvision's",
        () -> NetworkFiles.inception(file));
  }

  @Test
  void inceptionIsLoadedStrictly() {
    Path file = temp.resolve("inception.safetensors");
    SafetensorsWriter.write(file, Map.of("fc.weight", Tensor.scalar(1)), Map.of());
    assertMessage(
        file + ": Conv2d_1a_3x3.conv.weight: expected a tensor [32,3,3,3], found none",
        () -> NetworkFiles.inception(file));
  }

  /// Zeros of the recorded shapes, in half precision, and others.
  private static void writeInception(Path file, String... others) {
    SafetensorsWriter writer = new SafetensorsWriter();
    JsonList recorded = JsonFile.read(Golden.require("metrics/inception.json")).list("weights");
    for (JsonValue entry : recorded) {
      Shape shape = Shape.of(entry.list().get(1).list().integers());
      writer.add(
          entry.list().get(0).string(),
          DType.F16,
          shape,
          () -> Tensor.scalar(0).expand(shape).contiguous());
    }
    for (String name : others) {
      writer.add(name, Tensor.scalar(0));
    }
    writer.write(file);
  }

  @Test
  void clipOfTheEmbeddedModel() {
    Path folder = EmbeddedModels.find("fashion").orElseThrow().resolve("clip");
    assertEquals(new Unchanged(32), NetworkFiles.clip(folder).preprocessing());
  }

  @Test
  void clipWithoutTokenizer() {
    Path folder = clip();
    assertEquals(
        folder.resolve("vocab.json") + ": expected a file, found none",
        assertThrows(FileFormatException.class, () -> NetworkFiles.clip(folder)).getMessage());
  }

  @Test
  void clipWithATokenizerOfMoreTokens() throws IOException {
    Path folder = clip();
    Folders.copy(
        Golden.require("sd1-tiny/tokenizer/tokenizer_config.json").getParent(),
        temp.resolve("tokenizer"));
    Files.writeString(temp.resolve("tokenizer/added_tokens.json"), "{\"<extra>\": 1395}");
    assertMessage(
        folder.resolve("config.json")
            + ": text_config.vocab_size: expected at least the tokenizer's 1396, found 1395",
        () -> NetworkFiles.clip(folder));
  }

  @Test
  void clipWithPreprocessingForOtherPictures() throws IOException {
    Path folder = clip();
    Folders.copy(
        Golden.require("sd1-tiny/tokenizer/tokenizer_config.json").getParent(),
        temp.resolve("tokenizer"));
    assertSame(
        ResizeCrop.CLIP.filter(),
        ((ResizeCrop) NetworkFiles.clip(folder).preprocessing()).filter());
    Files.writeString(
        folder.resolve("preprocessor_config.json"), "{\"size\": 336, \"crop_size\": 336}");
    assertMessage(
        folder.resolve("preprocessor_config.json")
            + ": crop_size: expected the image_size 224 of config.json, found 336",
        () -> NetworkFiles.clip(folder));
  }

  private Path clip() {
    return Folders.copy(
        Golden.require("metrics/clip-vit-b32-tiny/config.json").getParent(), temp.resolve("clip"));
  }

  private static void assertMessage(String expected, Executable run) {
    assertEquals(expected, assertThrows(FileFormatException.class, run).getMessage());
  }
}
