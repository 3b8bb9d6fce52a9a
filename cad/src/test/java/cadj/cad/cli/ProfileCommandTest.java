package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileCommandTest {
  @TempDir Path folder;

  private Cli run(String command, String file) {
    return Cli.run((command + " --prompt bag --steps 2 --out " + folder.resolve(file)).split(" "));
  }

  @Test
  void aCommandDoesWhatItDoesByItself() throws IOException {
    run("generate", "plain.png").succeeds();
    String out = run("profile generate", "profiled.png").succeeds().out();
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("plain.png")),
        Files.readAllBytes(folder.resolve("profiled.png")));
    for (String row :
        new String[] {
          "encode prompts",
          "denoise at 501.0",
          "vae decode",
          "conv2d ",
          "linear ",
          "down_blocks",
          "Winograd F4",
          "memory of tensors: peak "
        }) {
      assertTrue(out.contains(row), row + " is not in\n" + out);
    }
  }

  @Test
  void gradientsAreProfiledToo() {
    String out =
        Cli.run(
                "profile",
                "attribute",
                "--concept",
                "bag",
                "--steps",
                "1",
                "--samples",
                "1",
                "--schedule-steps",
                "2",
                "--out",
                folder.resolve("bag.safetensors").toString())
            .succeeds()
            .out();
    for (String row :
        new String[] {"backward ", "conv2d, backward", "kept for the backward pass: peak "}) {
      assertTrue(out.contains(row), row + " is not in\n" + out);
    }
  }

  /// Options for every command may also stand before the command.
  @Test
  void globalOptionsArePassedOn() {
    assertTrue(
        run("profile --device cpu --threads=2 generate", "a.png")
            .succeeds()
            .out()
            .startsWith("cpu: as asked for"));
    assertEquals("", run("profile --quiet generate", "b.png").succeeds().out());
  }

  @Test
  void aCommandThatFailsFails() {
    Cli.run("profile", "generate", "--prompt", "a", "--model", folder.resolve("none").toString())
        .fails(1, "none");
    Cli.run("profile", "generate", "--step", "3").fails(2, "--step");
  }

  @Test
  void thereMustBeACommand() {
    Cli.run("profile").fails(2, "COMMAND");
    Cli.run("profile", "profile", "doctor").fails(1, "other than profile");
    Cli.run("profile", "paint").fails(1, "such as generate or attribute, got paint");
  }

  @Test
  void aCommandThatComputesNothing() {
    assertTrue(Cli.run("profile", "kernels").succeeds().out().endsWith("nothing was computed\n"));
  }
}
