"""The ride as a virtual trainer: other programs and watches read it over Wi-Fi or Bluetooth. No Kivy."""
