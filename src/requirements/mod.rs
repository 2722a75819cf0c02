//! REM workbooks and the catalogue of DSRs and profiles.
