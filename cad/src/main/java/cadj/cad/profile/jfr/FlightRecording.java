package cadj.cad.profile.jfr;

import cadj.kernels.record.RecordingListener;
import cadj.tensor.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/// A recording of JDK Flight Recorder that goes on from [#start] until it is written or closed,
/// with the settings of the JDK's `profile.jfc` for the virtual machine's own events.
public final class FlightRecording implements AutoCloseable {
  private static final String SETTINGS = "profile";

  private final Recording recording;
  private final FlightEvents events = new FlightEvents();

  private FlightRecording(Recording recording) {
    this.recording = recording;
  }

  /// @param name that JDK Mission Control shows
  public static FlightRecording start(String name) {
    Recording recording = new Recording(settings());
    recording.setName(name);
    recording.enable(OperationEvent.class).withoutThreshold();
    recording.enable(KernelEvent.class).withoutThreshold();
    recording.enable(AllocationEvent.class);
    recording.start();
    return new FlightRecording(recording);
  }

  private static Configuration settings() {
    try {
      return Configuration.getConfiguration(SETTINGS);
    } catch (IOException | ParseException e) {
      throw new IllegalStateException(
          "this JDK has no settings of Flight Recorder: " + SETTINGS, e);
    }
  }

  /// Whom a run is to tell what it does.
  public RecordingListener listener() {
    return events;
  }

  /// Stops, and writes what was recorded, in one move.
  public void write(Path file) {
    recording.stop();
    AtomicFile.write(file, recording::dump);
  }

  /// Forgets what was recorded.
  @Override
  public void close() {
    recording.close();
  }
}
