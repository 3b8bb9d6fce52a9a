package cadj.cad.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Wrong arguments end with code 2, impossible requests with code 1, each with one line that names
/// what is wrong.
class WrongArgumentsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | expected a command",
        "bogus | bogus",
        "generate | --prompt",
        "generate --prompt | --prompt",
        "generate -p a --steps x | --steps",
        "generate -p a --seed 1.5 | --seed",
        "generate -p a --scheduler dpm | ddim, pndm, euler, euler_ancestral, dpmpp_2m,"
            + " dpmpp_2m_karras, unipc, lcm, flow_match_euler",
        "generate -p a --bogus | --bogus",
        "generate -p a extra | extra",
        "generate -p a --threads 0 | --threads: expected 1 to 512, got 0",
        "generate -p a --memory lots | --memory: expected a size such as 12g or 800m, got lots",
        "generate -p a --memory 300m | --memory: works with the launcher ./cadj only; else start"
            + " with -Xmx",
        "attribute -o o | --concept",
        "attribute -c a | --out",
        "attribute -c a -o o --mode best | corrected, reference",
        "attribute -c a -o o --sites everything | ff, attention, convolution, norm, all",
        "attribute -c a -o o --estimator best | first-order",
        "attribute -c a -o o --trajectories 0-2 | such as 3-5",
        "merge -o o | PART",
        "merge a | --out",
        "edit -a a --erase --out o | --ratio",
        "edit -a a --ratio 0.1 --out o | --erase",
        "edit -a a --erase --ratio 0.1 | -o=FILE",
        "edit -a a --erase --amplify --ratio 0.1 --out o | mutually exclusive",
        "edit -a a --erase --ratio 0.1 --count 3 --out o | mutually exclusive",
        "edit -a a --erase --ratio 0.1 --out o --full d | mutually exclusive",
        "edit --erase --ratio 0.1 --out o | --attribution",
        "edit --erase --out o | expected either --attribution or --concept",
        "edit -a a -c b --erase --ratio 0.1 --out o | expected either --attribution or --concept",
        "edit -a a --erase --per wish --ratio 0.1 --out o | row, matrix, model, neuron, head,"
            + " filter, layer, got wish",
        "graph --stats weight | expected one of weights, activations, gradients, got weight",
        "edit --method uce --out o | --concept",
        "edit -c a --method magic --out o | method: expected one of ",
        "edit -c a --keep 0.9 --out o | --auto",
        "edit -c a --set eta --out o | --set",
        "inspect | NAME|FILE|DIR",
        "doctor x | x"
      })
  void arguments(String line, String says) {
    Cli.run(line.isEmpty() ? new String[0] : line.split(" ")).fails(2, says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate -p a --model nowhere | nowhere: expected a model folder",
        "generate -p a --steps 0 | steps: expected 1 to",
        "attribute -c a -o o --images d | --images: only for --objective amplify",
        "attribute -c a -o o --objective amplify --base b | --base: only for --objective erase",
        "attribute -c a -o o --guidance NaN | --guidance: expected a finite number, got NaN",
        "generate -p a --guidance 1e999 | --guidance: expected a finite number, got Infinity",
        "generate -p a --guidance-rescale 1.1 | --guidance-rescale: expected 0 to 1, got 1.1",
        "generate -p a --guidance-rescale NaN | --guidance-rescale: expected 0 to 1, got NaN",
        "generate -p a --skip-layer-stop 0.5 | -stop: expected --skip-layers with them",
        "generate -p a --skip-layers 1 --guidance 1 | --skip-layers: expected a --guidance above"
            + " 1,",
        "generate -p a --skip-layers 1 | --skip-layers: expected a model of Stable Diffusion 3",
        "generate -p a --no-t5 | --no-t5, --t5-length: expected a model of Stable Diffusion 3",
        "generate -p a --t5-length 77 | --no-t5, --t5-length: expected a model of Stable Diff",
        "generate -p a --steps 60 --scheduler lcm | steps: expected 1 to 50, the steps that",
        "generate -p a --scheduler flow_match_euler | scheduler: flow_match_euler is for models"
            + " that predict flow; this one predicts epsilon, which ddim is for",
        "attribute -c a -o o --scheduler flow_match_euler | scheduler: flow_match_euler is for",
        "generate -p a --patch nowhere | nowhere: expected a file, found none",
        "generate -p a --latents nowhere:x | nowhere: expected a file, found none",
        "attribute -c a -o o --model nowhere | nowhere: expected a model folder",
        "attribute -c a -o o --samples 0 | --samples: expected at least 1, got 0",
        "attribute -c a -o o --pictures 0 | --pictures: expected at least 1, got 0",
        "attribute -c a -o o --steps 60 | steps: expected 1 to 50",
        "attribute -c a -o o --steps 0 | steps: expected 1 to 50",
        "attribute -c a -o o --schedule-steps 0 | steps: expected 1 to",
        "attribute -c a -o o --objective amplify --images nowhere | nowhere: expected a folder",
        "attribute -c a -o o --objective amplify --latents x | --latents",
        "edit -a nowhere --erase --ratio 0.1 --out o | nowhere: expected a file, found none",
        "edit -a nowhere --erase --ratio 0.1 --out o --lora l | --lora: not with --attribution",
        "edit -a nowhere --erase --ratio 0.1 --out o --variant v | --variant: not with",
        "edit -a nowhere --erase --ratio 0.1 --out o --config c | --config: not with",
        "edit -a nowhere --erase --ratio 0.1 --out o --t5-length 9 | --t5-length: not with",
        "edit -c a --out o -m nowhere | nowhere: expected a model folder",
        "edit -c a --out o --ratio 0.1 | --ratio, --count: only with --attribution",
        "edit -c a --out o --labels l | --labels: only with --judge",
        "edit -c bag --out o --judge nowhere | nowhere: expected a",
        "edit -c a --out o --both | --both: only with --attribution",
        "edit -c a --out o --set magic=1 | has no setting magic, only",
        "edit -c a --out o --set eta=x | eta: expected a number, got x",
        "edit -c a --out o --auto --keep 1.5 | --keep: expected above 0 to 1, got 1.5",
        "edit -c a --out o --auto --gone -1 | --gone: expected 0 to below 1, got -1.0",
        "edit -c a --out o --auto --pictures 0 | --pictures: expected at least 1, got 0",
        "edit -c a --out o --auto --amplify | --auto: only to erase",
        "profile nonsense | expected a command such as generate or attribute, got nonsense",
        "edit -c a --out o --amplify | expected a concept to erase, got one to amplify",
        "edit -c zebra --out o --auto | --auto: expected a judge of pictures that knows",
        "edit -c bag --out o --target a=b | --target: expected one for the bare name too",
        "edit -c bag --out o --target bag=bag | is drawn already",
        "edit -c bag --out o --target bag=a --target bag=b | --target: expected each prompt once",
        "edit -c bag --out o --preserve bag | --preserve: \"bag\" is a target too",
        "edit -c bag --out o --preserve nowhere.txt | nowhere.txt: expected a file of prompts",
        "inspect nowhere | nowhere: expected a file, a model folder or",
        "inspect fashion --html h.html | --html: expected an attribution, found model fashion"
      })
  void requests(String line, String says) {
    Cli.run(line.split(" ")).fails(1, says);
  }

  @Test
  void aFolderIsNoFileToWriteAttributionsTo() {
    Cli.run("attribute", "-c", "a", "-o", folder.toString())
        .fails(1, "\"" + folder + "\": expected a file to write, found a folder");
  }

  @Test
  void whatCannotBeReadIsToldWithoutJavasNames() throws IOException {
    Path inFile = Files.writeString(folder.resolve("x"), "").resolve("y");
    Cli.run("inspect", inFile.toString()).fails(1, inFile + ": cannot be read: not a directory");
    Cli.run("generate", "-p", "a", "--patch", folder.toString())
        .fails(1, folder + ": expected a file, found a folder");
    Cli.run("generate", "-p", "a", "--latents", inFile.toString())
        .fails(1, inFile + ": expected a file, found none");
  }

  /// Before anything is read or computed: the models and attributions named here do not exist.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate -m nowhere -p a -o @/a.png",
        "generate -m nowhere -p a -o @",
        "attribute -m nowhere -c a -o @/a/b.safetensors",
        "edit -a nowhere --erase --count 1 -o @/a",
        "edit -a nowhere --erase --count 1 --full @/a",
        "demo -o @/a"
      })
  void whatCannotBeWrittenIsToldFirst(String line) throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "");
    Cli.run(line.replace("@", file.toString()).split(" "))
        .fails(1, ": cannot be written: " + file + " is no folder");
  }

  @Test
  void foldersAreNoPicturesToWrite() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("a.png"));
    Cli.run("generate", "-m", "nowhere", "-p", "a", "-o", taken.toString())
        .fails(1, "\"" + taken + "\": expected a file to write, found a folder");
    Cli.run("edit", "-a", "nowhere", "--erase", "--count", "1", "--full", taken.toString())
        .fails(1, taken + ": exists already");
  }

  @Test
  void lineBreaksInArgumentsStayOutOfTheMessage() throws IOException {
    Cli.run("generate", "-p", "a", "--steps", "1\n2").fails(2, "1 2");
    Cli.run("inspect", "no\nwhere\u001b[2J").fails(1, "expected a file");
    Path text = Files.writeString(folder.resolve("README.md"), "# A title, and some text");
    String reads = "expected a picture (.png) or tensors (.safetensors, .pt, .pth, .bin, .ckpt, or";
    Cli.run("inspect", text.toString()).fails(1, text + ": " + reads);
    Path empty = Files.writeString(folder.resolve("empty"), "");
    Cli.run("inspect", empty.toString()).fails(1, empty + ": " + reads);
    Path file = Files.writeString(folder.resolve("x"), "{\"a\n");
    Cli.run("inspect", file.toString()).fails(1, file + ": ");
  }
}
